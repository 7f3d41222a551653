// Package keepers uses what package kept keeps.
package keepers

import (
	"context"
	"database/sql"

	"cases/kept"
)

func transfer(ctx context.Context, db *sql.DB) (err error) {
	tx, err := kept.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := tx.Commit(); err == nil {
			err = cerr
		}
	}()
	_, err = db.ExecContext(ctx, "update accounts")
	return err
}

func transferLost(ctx context.Context, db *sql.DB) error {
	tx, err := kept.Begin(ctx) // finds pairleak
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "update accounts"); err != nil {
		return err
	}
	return tx.Commit()
}

func transferTwice(ctx context.Context, db *sql.DB) error {
	tx, err := kept.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Commit() // finds doubledestroy
	return tx.Commit()
}

func embedded(n int) {
	q := kept.BeginEmb() // finds pairleak
	if n == 0 {
		return
	}
	q.EmitAfter()
}

func inContext() {
	ctx := kept.BeginCtx(context.Background())
	defer kept.EndCtx(ctx)
}

func inInterface() {
	i := kept.BeginIface()
	defer i.Done()
}
