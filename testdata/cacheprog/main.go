// Cacheprog is a cache for the go command's GOCACHEPROG, as build farms use one:
// what a machine puts into it, others get. All of it is in a shared folder, from
// which what is wanted is copied into one of the machine's own.
//
//	GOCACHEPROG='cacheprog SHARED OWN' go build ./...
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// request and response are lines of the protocol. The body of a put follows its
// request, as a JSON string in base64.
type request struct {
	ID                 int64
	Command            string
	ActionID, OutputID []byte
	BodySize           int64
}

type response struct {
	ID            int64
	Err           string   `json:",omitempty"`
	KnownCommands []string `json:",omitempty"`
	Miss          bool     `json:",omitempty"`
	OutputID      []byte   `json:",omitempty"`
	Size          int64    `json:",omitempty"`
	DiskPath      string   `json:",omitempty"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("cacheprog: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: cacheprog shared own")
	}
	c := &cache{shared: os.Args[1], own: os.Args[2]}
	for _, dir := range []string{c.shared, c.own} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			log.Fatal(err)
		}
	}
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	answer := func(r response) {
		if err := out.Encode(r); err != nil {
			log.Fatal(err)
		}
	}
	answer(response{KnownCommands: []string{"get", "put", "close"}})
	for {
		req, body, err := read(in)
		if err != nil {
			log.Fatal(err)
		}
		res, err := c.do(req, body)
		if err != nil {
			res.Err = err.Error()
		}
		res.ID = req.ID
		answer(res)
		if req.Command == "close" {
			return
		}
	}
}

// read reads a request and, of a put, its body.
func read(in *bufio.Reader) (req request, body []byte, err error) {
	next := func(v any) error {
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				return fmt.Errorf("read request: %w", err)
			}
			if strings.TrimSpace(string(line)) != "" {
				return json.Unmarshal(line, v)
			}
		}
	}
	if err := next(&req); err != nil {
		return req, nil, err
	}
	if req.Command != "put" || req.BodySize == 0 {
		return req, nil, nil
	}
	var text string
	if err := next(&text); err != nil {
		return req, nil, err
	}
	body, err = base64.StdEncoding.DecodeString(text)
	return req, body, err
}

// A cache is a shared folder, and one of the machine's own.
type cache struct{ shared, own string }

func (c *cache) do(req request, body []byte) (response, error) {
	action := filepath.Join(c.shared, "action-"+hex.EncodeToString(req.ActionID))
	switch req.Command {
	case "put":
		output := hex.EncodeToString(req.OutputID)
		if err := write(filepath.Join(c.shared, "output-"+output), body); err != nil {
			return response{}, err
		}
		if err := write(action, []byte(output)); err != nil {
			return response{}, err
		}
		path := filepath.Join(c.own, output)
		return response{DiskPath: path}, write(path, body)
	case "get":
		output, err := os.ReadFile(action)
		if errors.Is(err, fs.ErrNotExist) {
			return response{Miss: true}, nil
		}
		if err != nil {
			return response{}, err
		}
		id, err := hex.DecodeString(string(output))
		if err != nil {
			return response{}, err
		}
		path := filepath.Join(c.own, string(output))
		size, err := fetch(filepath.Join(c.shared, "output-"+string(output)), path)
		return response{OutputID: id, Size: size, DiskPath: path}, err
	}
	return response{}, nil
}

// write writes a file that others may write or read at the same time: it is
// there as a whole or not at all.
func write(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// fetch copies a file if it is not there, and returns its size.
func fetch(from, to string) (int64, error) {
	if info, err := os.Stat(to); err == nil {
		return info.Size(), nil
	}
	f, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return 0, err
	}
	return int64(len(data)), write(to, data)
}
