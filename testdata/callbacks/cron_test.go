package callbacks

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

// once is a schedule that comes at once, and never again.
type once struct{ came bool }

func (o *once) Next(t time.Time) time.Time {
	if o.came {
		return time.Time{}
	}
	o.came = true
	return t
}

type job struct{ ran chan string }

func (j job) Run() { j.ran <- get() }

func TestCron(t *testing.T) {
	e := record(t, "CronJob")
	j := job{make(chan string, 1)}
	c := cron.New(cron.WithChain(func(wrapped cron.Job) cron.Job {
		if wrapped != cron.Job(j) {
			t.Errorf("what wraps jobs has a %T, not the job that was scheduled", wrapped)
		}
		return wrapped
	}))
	var id cron.EntryID
	store.Run("job", func() { id = c.Schedule(&once{}, j) })
	if c.Entry(id).Job != cron.Job(j) {
		t.Errorf("the entry holds %T, not the job that was scheduled", c.Entry(id).Job)
	}
	store.Run("start", c.Start)
	same(t, <-j.ran, "job")
	<-c.Stop().Done()
	e.want(t, "init", "before", "after")
}

func TestCronFunc(t *testing.T) {
	c := cron.New(cron.WithSeconds())
	ran := make(chan string, 10)
	store.Run("func", func() {
		if _, err := c.AddFunc("* * * * * *", func() { ran <- get() }); err != nil {
			t.Fatal(err)
		}
	})
	store.Run("start", c.Start)
	same(t, <-ran, "func")
	<-c.Stop().Done()
}
