// The page of a trace. Nothing is fetched: the data of the resources is in
// script elements, part by part, and a part is decoded when one of its resources
// is looked at.

const $ = (id) => document.getElementById(id);

// el makes an element: el("td", {class: "n"}, "text", child).
function el(name, attributes = {}, ...children) {
	const e = document.createElement(name);
	for (const [key, value] of Object.entries(attributes)) {
		if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
		else if (value !== undefined && value !== false) e.setAttribute(key, value);
	}
	e.append(...children);
	return e;
}

// Units.

function duration(ns) {
	if (ns === undefined || ns === null) return "";
	for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]) {
		if (ns >= size) return Number((ns / size).toPrecision(3)) + " " + unit;
	}
	return ns + " ns";
}

const count = (n) => n.toLocaleString("en");

// Colours are by type: fixed for those that every program has.
const colours = {
	Goroutine: "#2f6fd0", ChanSend: "#2c8a55", AfterFunc: "#b2621b", Timer: "#b2621b", Ticker: "#94720d",
	HTTPRequest: "#a33c9c", TCPConn: "#6a52c9", TCPServer: "#4c3f9c", ContextAfterFunc: "#8a5a44", Signal: "#b8324a",
};
const others = ["#0f7f8c", "#5b7a12", "#9a4d6f", "#48637f", "#7d5fb2", "#87661e"];

function colour(type) {
	if (!colours[type]) {
		let h = 0;
		for (const c of type) h = (h * 31 + c.codePointAt(0)) >>> 0;
		colours[type] = others[h % others.length];
	}
	return colours[type];
}

const typeTag = (type) => el("span", {class: "type", style: "background:" + colour(type || "unknown")}, type || "unknown");

const typeOf = (site) => data.sites[site][0] || "unknown";

function siteCell(site) {
	const [type, place, func] = data.sites[site];
	if (site === 0) return el("span", {class: "dim"}, "not known");
	return el("span", {}, typeTag(type), " ", el("span", {class: "place"}, place), " ", el("span", {class: "func"}, func));
}

const siteText = (site) => data.sites[site].join(" ");

// The data of the resources.

const parts = new Map(); // number -> promise, the latest used last
const maxParts = 12;

function part(n) {
	let p = parts.get(n);
	if (p) parts.delete(n);
	else p = decode(n);
	parts.set(n, p);
	if (parts.size > maxParts) parts.delete(parts.keys().next().value);
	return p;
}

async function decode(n) {
	const text = atob($("part" + n).textContent);
	const packed = Uint8Array.from(text, (c) => c.charCodeAt(0));
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
	const b = new Uint8Array(await new Response(stream).arrayBuffer());
	let at = 0;
	const uvarint = () => {
		let v = 0;
		for (let unit = 1; ; unit *= 128) {
			const c = b[at++];
			if (c < 128) return v + c * unit;
			v += (c - 128) * unit;
		}
	};
	const varint = () => {
		const v = uvarint();
		return v % 2 ? -(v + 1) / 2 : v / 2;
	};
	const first = n * data.partSize;
	const size = Math.min(data.partSize, data.resources - first);
	const column = (read) => {
		const c = new Float64Array(size);
		for (let i = 0; i < size; i++) c[i] = read(i);
		return c;
	};
	const sum = (read) => {
		let v = 0;
		return () => (v += read());
	};
	const p = {first, size};
	p.id = column(sum(uvarint));
	p.site = column(uvarint);
	p.parent = column((i) => { const d = varint(); return d === 0 ? -1 : first + i - d; });
	const root = sum(varint);
	p.root = column(() => root() - 1);
	p.child = column((i) => { const d = varint(); return d === 0 ? -1 : first + i + d; });
	p.next = column((i) => { const d = varint(); return d === 0 ? -1 : first + i + d; });
	p.init = column(sum(varint));
	p.before = column(uvarint);
	p.destroy = column(uvarint);
	p.runs = column(uvarint);
	p.time = column(uvarint);
	p.goroutine = column(uvarint);
	p.run = new Uint32Array(size + 1);
	for (let i = 0; i < size; i++) p.run[i + 1] = p.run[i] + p.runs[i];
	const runs = p.run[size];
	p.runStart = new Float64Array(runs);
	p.runTime = new Float64Array(runs);
	p.runGoroutine = new Float64Array(runs);
	const start = sum(varint);
	for (let i = 0; i < runs; i++) p.runStart[i] = start();
	for (let i = 0; i < runs; i++) p.runTime[i] = uvarint();
	for (let i = 0; i < runs; i++) p.runGoroutine[i] = uvarint();
	p.flag = new Uint8Array(size);
	p.exec = new Map();
	for (let i = 0; i < size; i++) {
		p.flag[i] = uvarint();
		if (p.flag[i] === 2) p.exec.set(i, uvarint());
	}
	return p;
}

// resource returns what is known of the resource with an index.
async function resource(index) {
	const p = await part(Math.floor(index / data.partSize));
	const i = index - p.first;
	const known = p.flag[i] !== 1;
	const init = known ? p.init[i] : undefined;
	const time = (v) => (v === 0 ? undefined : v - 1 + (known ? p.init[i] : 0));
	const runs = [];
	for (let k = p.run[i]; k < p.run[i + 1]; k++) {
		const d = p.runTime[k];
		runs.push({start: p.runStart[k], time: Math.floor(d / 2), open: d % 2 === 1, goroutine: p.runGoroutine[k]});
	}
	return {
		index, id: p.id[i], site: p.site[i], type: typeOf(p.site[i]), parent: p.parent[i], root: p.root[i], child: p.child[i], next: p.next[i],
		init, before: time(p.before[i]), destroy: time(p.destroy[i]), runTime: p.time[i], goroutine: p.goroutine[i], runs, exec: p.exec.get(i),
	};
}

// find returns the index of the resource with an id, or -1.
async function find(id) {
	let n = data.firstIDs.length - 1;
	while (n > 0 && data.firstIDs[n] > id) n--;
	const p = await part(n);
	let lo = 0, hi = p.size;
	while (lo < hi) {
		const mid = (lo + hi) >> 1;
		if (p.id[mid] < id) lo = mid + 1;
		else hi = mid;
	}
	return lo < p.size && p.id[lo] === id ? p.first + lo : -1;
}

// name is what a resource is called in a chain.
function resourceName(r) {
	if (r.id === 1) return "main";
	if (r.id === 0) return "unknown cause";
	if (r.init === undefined) return r.id + ", there before the trace";
	return r.type + " " + r.id;
}

// What is shown.

let filterText = "";
const matches = (text) => filterText === "" || text.toLowerCase().includes(filterText);

// table makes a table that sorts by the column that is clicked. A column is
// {head, n, cell(row), sort(row)}.
function table(columns, rows, options = {}) {
	let by = -1, down = false;
	const body = el("tbody");
	const heads = columns.map((c, i) => el("th", {class: c.n ? "n" : "", scope: "col", onclick: () => {
		down = by === i ? !down : !!c.n;
		by = i;
		fill();
	}}, c.head));
	const limit = options.limit || 400;
	function fill() {
		heads.forEach((h, i) => i === by ? h.setAttribute("aria-sort", down ? "descending" : "ascending") : h.removeAttribute("aria-sort"));
		const shown = rows.filter((row) => matches(options.text(row)));
		if (by >= 0) {
			const key = columns[by].sort;
			shown.sort((a, b) => {
				const x = key(a), y = key(b);
				return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
			});
		}
		body.replaceChildren(...shown.slice(0, limit).map((row) => {
			const tr = el("tr", options.click ? {class: "go", onclick: () => options.click(row, tr)} : {}, ...columns.map((c) => el("td", {class: c.n ? "n" : ""}, c.cell(row))));
			if (options.row) options.row(tr, row);
			return tr;
		}));
		if (shown.length > limit) body.append(el("tr", {}, el("td", {colspan: columns.length, class: "dim"}, "and " + count(shown.length - limit) + " more: filter to see them")));
		if (shown.length === 0) body.append(el("tr", {}, el("td", {colspan: columns.length, class: "dim"}, filterText ? "nothing matches the filter" : "none")));
	}
	fill();
	return el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body);
}

const number = (head, value) => ({head, n: true, cell: (row) => count(value(row)), sort: value});
const time = (head, value) => ({head, n: true, cell: (row) => duration(value(row)), sort: value});

const views = {overview, causes, roots: rootsView, sites, alive, lost};
const titles = {overview: "Overview", causes: "Causes", roots: "Timeline", sites: "Delays and run times", alive: "Alive at the end", lost: "Lost contexts"};
let current = "overview";

let after = null; // what a view does when it is in the page

function show(name) {
	current = views[name] ? name : "overview";
	for (const a of $("tabs").children) a.setAttribute("aria-selected", a.dataset.view === current);
	after = null;
	$("view").replaceChildren(...views[current]());
	if (after) after();
}

function overview() {
	const seconds = Math.max(data.duration / 1e9, 1e-9);
	const canvas = el("canvas", {id: "chart", height: 150});
	after = () => drawChart(canvas);
	return [
		el("h2", {}, "Made, by time"), canvas,
		el("div", {class: "legend"}, ...data.chart.types.map((t) => el("span", {}, el("i", {style: "background:" + colour(t)}), t))),
		el("h2", {}, "Types"),
		table([
			{head: "type", cell: (t) => typeTag(t.Name), sort: (t) => t.Name},
			number("made", (t) => t.Made),
			number("per second", (t) => Math.round(t.Made / seconds)),
			number("runs", (t) => t.Runs),
			number("alive at the end", (t) => t.Alive),
		], data.types || [], {text: (t) => t.Name}),
	];
}

function scaled(canvas, height) {
	const scale = window.devicePixelRatio || 1;
	const width = canvas.clientWidth || 800;
	canvas.width = width * scale;
	canvas.height = height * scale;
	canvas.style.height = height + "px";
	const c = canvas.getContext("2d");
	c.scale(scale, scale);
	c.font = "12px system-ui, sans-serif";
	return [c, width];
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

function drawChart(canvas) {
	const height = 150;
	const [c, width] = scaled(canvas, height);
	const made = data.chart.made || [];
	const steps = made.length ? made[0].length : 0;
	let most = 1;
	for (let i = 0; i < steps; i++) most = Math.max(most, made.reduce((sum, line) => sum + line[i], 0));
	const w = width / Math.max(steps, 1);
	for (let i = 0; i < steps; i++) {
		let y = height - 18;
		made.forEach((line, k) => {
			const h = line[i] / most * (height - 34);
			c.fillStyle = colour(data.chart.types[k]);
			c.fillRect(i * w, y - h, Math.max(w - 0.5, 0.5), h);
			y -= h;
		});
	}
	c.fillStyle = css("--dim");
	c.fillText(count(most) + " in " + duration(data.chart.step), 2, 11);
	for (let k = 0; k <= 4; k++) {
		c.textAlign = k === 0 ? "left" : k === 4 ? "right" : "center";
		c.fillText(duration(Math.round(data.duration * k / 4)), width * k / 4, height - 4);
	}
}

// The tree of causes.

function causes() {
	let most = 1;
	const walk = (n) => { most = Math.max(most, n.run); (n.children || []).forEach(walk); };
	data.causes.forEach(walk);
	const hit = (n) => matches(n.name || siteText(n.site)) || (n.children || []).some(hit);
	const node = (n, depth) => {
		const children = (n.children || []).filter(hit);
		const list = el("ul");
		let open = false;
		const fold = el("span", {class: "fold"}, children.length ? "▸" : "");
		const toggle = () => {
			open = !open;
			fold.textContent = children.length ? (open ? "▾" : "▸") : "";
			list.replaceChildren(...(open ? children.map((c) => node(c, depth + 1)) : []));
		};
		const notes = [];
		if (n.again) notes.push(count(n.again) + " of them by itself");
		if (n.alive) notes.push(count(n.alive) + " alive");
		const line = el("div", {class: "node", onclick: () => { if (n.sample >= 0) showDetail(n.sample); }},
			fold,
			el("b", {}, n.name ? n.name : count(n.count) + " ×"),
			n.name ? "" : siteCell(n.site),
			el("span", {class: "dim"}, notes.join(", ")),
			el("span", {class: "bar", title: "run time " + duration(n.run), style: "width:" + Math.round(n.run / most * 80) + "px"}));
		fold.addEventListener("click", (event) => { event.stopPropagation(); toggle(); });
		if (depth < 6 || filterText) toggle();
		return el("li", {}, line, list);
	};
	return [
		el("p", {class: "dim"}, "What caused what, put together by site: each line is what was made there because of the line above it. The bar is its run time. A click shows one of them."),
		el("ul", {class: "tree"}, ...data.causes.filter(hit).map((n) => node(n, 0))),
	];
}

function sites() {
	const columns = (kind, at) => [
		number("times", (r) => kind === "delay" ? r[1] - r[4] : r[2]),
		time("sum", (r) => r[at]), time("mean", (r) => r[at + 1]), time("95 %", (r) => r[at + 2]), time("max", (r) => r[at + 3]),
		{head: "site", cell: (r) => siteCell(r[0]), sort: (r) => siteText(r[0])},
	];
	const part = (title, note, kind, at) => [
		el("h2", {}, title), el("p", {class: "dim"}, note),
		table(columns(kind, at), data.bySite.filter((r) => r[at + 3] > 0).sort((a, b) => b[at] - a[at]), {text: (r) => siteText(r[0])}),
	];
	return [
		...part("Delay", "Between Init and the first Before: how long something waited to run.", "delay", 5),
		...part("Run time", "Between Before and After, waiting included.", "run", 9),
	];
}

function alive() {
	return [
		el("p", {class: "dim"}, "What had not ended, by site and reason; goroutines that may wait for ever come first. A click shows the first of them, with what caused it."),
		table([
			number("alive", (a) => a.Count),
			{head: "site", cell: (a) => siteCell(a.Site), sort: (a) => siteText(a.Site)},
			{head: "why", cell: (a) => a.Leak ? el("span", {}, el("span", {class: "leak"}, "leak? "), a.Why) : a.Why, sort: (a) => (a.Leak ? "0" : "1") + a.Why},
			time("first made at", (a) => a.Since),
		], data.alive || [], {text: (a) => siteText(a.Site) + " " + a.Why, click: (a) => showDetail(a.Resources[0])}),
	];
}

function lost() {
	const place = (row) => el("span", {}, el("span", {class: "place"}, row[2]), " ", el("span", {class: "func"}, row[3]));
	return [
		el("h2", {}, "Conflicts"),
		el("p", {class: "dim"}, "Messages that were handled by a goroutine with a store of its own, which it kept. A worker that one request started and that serves many shows here."),
		table([number("messages", (r) => r[0]), {head: "storage", cell: (r) => r[1], sort: (r) => r[1]}, {head: "received at", cell: place, sort: (r) => r[2]}],
			data.conflicts || [], {text: (r) => r.join(" ")}),
		el("h2", {}, "Ended contexts"),
		el("p", {class: "dim"}, "Messages that no receive loop handled: what the receiver did next does not count as caused by them. That is as it should be where a goroutine waits for an answer."),
		table([number("ended", (r) => r[1]), number("sent", (r) => r[2]), {head: "sent at", cell: (r) => siteCell(r[0]), sort: (r) => siteText(r[0])}],
			data.ended || [], {text: (r) => siteText(r[0])}),
	];
}

// One resource.

async function showDetail(index) {
	const r = await resource(index);
	const chain = [];
	const hops = 1000;
	for (let i = index; i >= 0 && chain.length < hops; ) {
		const hop = await resource(i);
		chain.push(hop);
		i = hop.parent;
	}
	const children = [];
	let more = 0;
	for (let i = r.child; i >= 0; ) {
		const child = await resource(i);
		if (children.length < 50) children.push(child);
		else if (++more > 5000) break;
		i = child.next;
	}
	const link = (r) => el("button", {class: "link", onclick: () => showDetail(r.index)}, resourceName(r));
	const fact = (name, value) => value === "" || value === undefined ? [] : [el("dt", {}, name), el("dd", {}, value)];
	$("detail").replaceChildren(
		el("button", {class: "close", "aria-label": "close", onclick: () => { $("detail").hidden = true; }}, "×"),
		el("h2", {id: "detail-name", "data-index": index}, resourceName(r)),
		r.id > 1 ? siteCell(r.site) : "",
		el("dl", {},
			...fact("made", r.id > 1 ? (r.init === undefined ? "before the trace" : duration(r.init)) : ""),
			...fact("first ran", r.before === undefined ? "" : duration(r.before) + (r.init === undefined ? "" : ", after " + duration(r.before - r.init))),
			...fact("runs", r.runs.length ? count(r.runs.length) + ", " + duration(r.runTime) : "none"),
			...fact("ended", r.destroy === undefined ? "not while it was recorded" : duration(r.destroy)),
			...fact("execution id", r.exec),
			...fact("on goroutine", [...new Set(r.runs.map((x) => x.goroutine))].slice(0, 5).filter((g) => g).join(", "))),
		el("h2", {}, "Why it ran"),
		el("ol", {class: "chain", id: "chain"}, ...chain.map((hop, i) => el("li", {},
			i === 0 ? el("b", {}, resourceName(hop)) : link(hop),
			el("div", {class: "place"}, hop.id > 1 ? data.sites[hop.site][1] : ""),
			el("div", {class: "func"}, hop.id > 1 ? data.sites[hop.site][2] : "")))),
		chain.length === hops ? el("p", {class: "dim"}, "and further up") : "",
		el("h2", {}, children.length ? "What it caused" : "It caused nothing"),
		el("ul", {class: "tree", id: "caused"}, ...children.map((child) => el("li", {}, link(child), " ", el("span", {class: "place"}, data.sites[child.site][1])))),
		more ? el("p", {class: "dim"}, "and " + (more > 5000 ? "more than " : "") + count(Math.min(more, 5000)) + " more") : "",
	);
	if (r.root >= 0 && r.id > 1) {
		$("detail").append(el("p", {}, el("button", {onclick: () => { location.hash = "roots"; openRoot(r.root); }}, "Show its root in the timeline")));
	}
	$("detail").hidden = false;
	selected = index;
	if (redraw) redraw();
}
