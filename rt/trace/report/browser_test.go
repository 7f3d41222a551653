//go:build browser

package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/trace"
	"github.com/asynchooks/asynchooks/rt/trace/report"
	"github.com/asynchooks/asynchooks/rt/trace/tracefile"
)

// page writes a report and returns its URL.
func page(t *testing.T, r *report.Report) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.WriteHTML(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(path)
}

// shot keeps what is seen, if ASYNCHOOKS_SHOTS names a folder for that.
func (b *browser) shot(name string) {
	if dir := os.Getenv("ASYNCHOOKS_SHOTS"); dir != "" {
		b.screenshot(filepath.Join(dir, name+".png"))
	}
}

// view goes to a part of the page.
func (b *browser) view(name string) {
	b.t.Helper()
	b.eval("location.hash = '"+name+"'", nil)
	b.wait("document.querySelector('nav a[aria-selected=true]').dataset.view === '" + name + "'")
}

// wantNoErrors checks that the console has nothing to complain about.
func (b *browser) wantNoErrors() {
	b.t.Helper()
	for _, line := range b.log() {
		b.t.Errorf("console: %s", line)
	}
}

const (
	viewText = "$('view').innerText"
	rows     = "[...document.querySelectorAll('#view tbody tr')].map((tr) => tr.innerText.replaceAll(/\\s+/g, ' ')).join('\\n')"
	chain    = "[...document.querySelectorAll('#chain li')].map((li) => li.innerText.replaceAll(/\\s+/g, ' ')).join('\\n')"
)

func TestBrowser(t *testing.T) {
	r, _ := small(t)
	b := startBrowser(t)
	b.open(page(t, r))
	want := func(name, expression string, parts ...string) {
		t.Helper()
		got := b.text(expression)
		for _, p := range parts {
			if !strings.Contains(got, p) {
				t.Errorf("%s lacks %q:\n%s", name, p, got)
			}
		}
	}
	lacks := func(name, expression, part string) {
		t.Helper()
		if got := b.text(expression); strings.Contains(got, part) {
			t.Errorf("%s has %q:\n%s", name, part, got)
		}
	}

	want("the head", "$('about').innerText", "37 events of 16 resources in 40 µs")
	want("the types", rows, "Goroutine 4 100,000 4 2", "my job 1 25,000 0 1")
	b.shot("overview")

	b.view("causes")
	want("the causes", viewText, "2 ×", "work.go:20", "1 of them by itself", "there before the trace")
	b.shot("causes")

	// A filter leaves what matches, and what leads to it.
	b.eval("$('filter').value = 'main.retry', $('filter').dispatchEvent(new Event('input'))", nil)
	want("the filtered causes", viewText, "work.go:20", "HTTPRequest")
	lacks("the filtered causes", viewText, "main.go:15")
	b.view("sites")
	want("the filtered delays", rows, "2 9 µs 4.5 µs 6.91 µs 7 µs AfterFunc /src/work.go:20 main.retry")
	lacks("the filtered delays", rows, "main.go:15")
	b.eval("$('filter').value = '', $('filter').dispatchEvent(new Event('input'))", nil)
	want("the delays", rows, "main.go:15")

	// A column that is clicked orders the rows.
	b.eval("document.querySelectorAll('#view th')[4].click()", nil)
	if first, _, _ := strings.Cut(b.text(rows), "\n"); !strings.Contains(first, "7 µs") {
		t.Errorf("ordered by max, descending, the first row is %s", first)
	}
	b.eval("document.querySelectorAll('#view th')[4].click()", nil)
	if first, _, _ := strings.Cut(b.text(rows), "\n"); !strings.Contains(first, "500 ns") {
		t.Errorf("ordered by max, ascending, the first row is %s", first)
	}
	b.shot("sites")

	// What is alive, and a click that shows its chain.
	b.view("alive")
	want("what is alive", rows, "Job /src/job.go:3 main.work has not ended")
	b.eval("[...document.querySelectorAll('#view tbody tr')].find((tr) => tr.innerText.includes('/src/job.go:3')).click()", nil)
	b.wait("!$('detail').hidden && document.querySelectorAll('#chain li').length > 1")
	want("the chain", chain,
		"Job 11 /src/job.go:3 main.work\nChanSend 8 /src/work.go:6 main.handle\nHTTPRequest 6 net/http/server.go:33 net/http.serverHandler.ServeHTTP\n"+
			"Goroutine 5 net/http/server.go:46 net/http.(*Server).Serve\nTCPConn 4 net/http/server.go:34 net/http.(*Server).Serve\nTCPServer 2 /src/main.go:10 main.main\nmain")
	b.shot("alive")
	b.view("lost")
	want("ended contexts", rows, "1 1 ChanSend /src/work.go:22 main.retry")

	// The timeline: bars and arrows of a request; a click on a bar.
	b.view("roots")
	b.wait("$('timeline')")
	want("the roots", "document.querySelector('.rootlist').innerText", "main", "TCPConn", "HTTPRequest", "there before")
	b.eval("[...document.querySelectorAll('.rootlist tbody tr')].find((tr) => tr.innerText.includes('HTTPRequest')).click()", nil)
	b.wait("$('timeline') && $('timeline').dataset.bars === '5'")
	want("its arrows", "$('timeline').dataset.arrows", "5")
	b.eval(`(() => {
		const c = $("timeline"), box = c.getBoundingClientRect();
		for (let y = 30; y < box.height; y += 4) for (let x = 80; x < box.width; x += 2) {
			const at = {clientX: box.left + x, clientY: box.top + y, bubbles: true, pointerId: 1};
			c.dispatchEvent(new PointerEvent("pointermove", at));
			if (!$("tip").hidden && $("tip").textContent.startsWith("AfterFunc 12")) {
				c.setPointerCapture = () => {};
				c.dispatchEvent(new PointerEvent("pointerdown", at));
				c.dispatchEvent(new PointerEvent("pointerup", at));
				return;
			}
		}
		throw "no bar of AfterFunc 12";
	})()`, nil)
	b.wait("$('detail-name') && $('detail-name').innerText === 'AfterFunc 12'")
	want("its chain", chain, "AfterFunc 12 /src/work.go:20 main.retry\nAfterFunc 9 /src/work.go:20 main.retry\nGoroutine 7")
	b.shot("timeline")

	// A resource by its id; one that is not there.
	b.eval("$('find').value = '8', $('search').requestSubmit()", nil)
	b.wait("$('detail-name').innerText === 'ChanSend 8'")
	want("what it caused", "$('caused').innerText", "Job 11")
	b.eval("$('find').value = '1000', $('search').requestSubmit()", nil)
	b.wait("$('find').validationMessage.includes('no resource with this id')")
	b.wantNoErrors()
}

// What a program calls its types and functions is text.
func TestBrowserEscapes(t *testing.T) {
	tr, err := tracefile.ParseText(strings.NewReader(`
0.000000001 g1 init 2 "</script><script>document.title='broken'</script>" trigger 1 exec 1 "/<b>.go":1 <i>.f
0.000000002 g1 before 2
0.000000003 g1 after 2
`))
	if err != nil {
		t.Fatal(err)
	}
	b := startBrowser(t)
	b.open(page(t, report.New(tr)))
	if title := b.text("document.title"); title != "trace: asynchooks trace" {
		t.Errorf("the title is %q", title)
	}
	if got := b.text(rows); !strings.Contains(got, "</script><script>document.title='broken'</script>") {
		t.Errorf("the types: %s", got)
	}
	b.wantNoErrors()
}

// Of nothing there is a report as well.
func TestBrowserEmpty(t *testing.T) {
	tr, err := tracefile.ParseText(strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	b := startBrowser(t)
	b.open(page(t, report.New(tr)))
	for _, v := range []string{"causes", "roots", "sites", "alive", "lost", "overview"} {
		b.view(v)
	}
	b.wantNoErrors()
}

// A trace of ten million events opens, and shows a chain and a timeline, within 5
// seconds and 1 GB.
func TestBrowserHuge(t *testing.T) {
	const requests = 500_000
	recorder, err := trace.StartFile(filepath.Join(t.TempDir(), "trace"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var last rt.ID
	for range requests {
		request := rt.NewAsyncResource(rt.TypeHTTPRequest, nil)
		request.RunInAsyncScope(func() {
			for range 4 {
				step := rt.NewAsyncResource("Step", nil)
				step.RunInAsyncScope(func() {})
				step.EmitDestroy()
				last = step.AsyncID()
			}
		})
		request.EmitDestroy()
	}
	rt.Flush()
	var data bytes.Buffer
	if err := recorder.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := recorder.WriteTo(&data); err != nil {
		t.Fatal(err)
	}
	tr, err := tracefile.Parse(data.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	r := report.New(tr)
	if r.Events < 10_000_000 {
		t.Fatalf("%d events", r.Events)
	}
	url := page(t, r)
	r, tr = nil, nil
	runtime.GC()

	b := startBrowser(t)
	began := time.Now()
	b.open(url)
	b.eval("find("+strconv.FormatUint(uint64(last), 10)+").then(showDetail)", nil)
	b.wait("document.querySelectorAll('#chain li').length === 3")
	b.view("roots")
	b.wait("$('timeline') && $('timeline').dataset.bars === '5'")
	took := time.Since(began)
	var heap float64
	b.eval("performance.memory.usedJSHeapSize", &heap)
	rss := b.memory()
	t.Logf("10 million events: %.2f s, %.0f MB of JavaScript's heap, %d MB resident in the renderer", took.Seconds(), heap/1e6, rss>>20)
	if took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if rss > 1<<30 {
		t.Errorf("the renderer has %d MB", rss>>20)
	}
	b.shot("huge")
	b.wantNoErrors()
}
