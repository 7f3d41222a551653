// The timeline of a root: a lane for each goroutine, a bar for each run, arrows
// from where something was made to where it first ran.

const maxShown = 3000; // resources in a timeline

let selected = -1; // the resource in the detail
let redraw = null;
let chosen = -1; // the root in the timeline

function rootsView() {
	const name = (r) => r[4];
	const rows = data.roots.map(([index, resources, start, end, id, site, known]) => {
		const r = {id, site, type: typeOf(site), init: known ? start : undefined};
		return [index, resources, start, end, id <= 1 || !known ? resourceName(r) : siteText(site), r];
	});
	const list = el("div", {class: "rootlist"}, el("p", {class: "dim"}, "…"));
	const stage = el("div", {id: "stage"});
	after = async () => {
		if (current !== "roots") return;
		list.replaceChildren(table([
			{head: "root", cell: (r) => r[5].id <= 1 || r[5].init === undefined ? el("b", {}, name(r)) : el("span", {}, siteCell(r[5].site), " ", el("span", {class: "dim"}, String(r[5].id))), sort: name},
			number("resources", (r) => r[1]),
			time("began at", (r) => r[2]),
			time("lasted", (r) => r[3] - r[2]),
		], rows, {text: name, click: (r) => openRoot(r[0]), row: (tr, r) => {
			tr.dataset.index = r[0];
			if (r[0] === chosen) tr.classList.add("on");
		}}));
		if (rows.length) openRoot(chosen >= 0 ? chosen : (rows.find((r) => r[5].id > 1 && r[5].init !== undefined) || rows[0])[0]);
	};
	return [
		el("p", {class: "dim"}, "Why things ran: requests, timers, connections, signals, or main. " + (data.rootCount > data.roots.length ? "The " + count(data.roots.length) + " of " + count(data.rootCount) + " that lasted longest." : "")),
		el("div", {class: "split"}, list, stage),
	];
}

// openRoot shows what is there because of a root.
async function openRoot(index) {
	chosen = index;
	if (current !== "roots") {
		show("roots"); // which comes back here
		return;
	}
	for (const tr of document.querySelectorAll(".rootlist tr.on")) tr.classList.remove("on");
	const tr = document.querySelector(".rootlist tr[data-index='" + index + "']");
	if (tr) tr.classList.add("on");
	const stage = $("stage");
	const all = [];
	const queue = [index];
	let cut = false;
	for (let at = 0; at < queue.length; at++) { // near causes first
		const r = await resource(queue[at]);
		if (r.root !== index) continue; // of a root within
		if (all.length === maxShown) { cut = true; break; }
		all.push(r);
		for (let i = r.child, n = 0; i >= 0 && n <= maxShown; n++) {
			queue.push(i);
			i = (await resource(i)).next;
		}
	}
	if (chosen !== index || current !== "roots") return;
	const plan = layOut(all);
	const lanes = el("div", {id: "lanes"});
	const canvas = el("canvas", {id: "timeline", "data-bars": plan.bars.length, "data-arrows": plan.arrows.length, "data-root": index});
	lanes.append(canvas);
	const types = [...new Set(all.map((r) => r.type))].filter((t) => t !== "unknown");
	stage.replaceChildren(
		el("div", {class: "legend"}, ...types.map((t) => el("span", {}, el("i", {style: "background:" + colour(t)}), t)),
			el("span", {class: "dim"}, "drag to move, wheel to zoom, double click for all" + (cut ? "; the first " + count(maxShown) + " resources are shown" : ""))),
		lanes);
	attach(canvas, lanes, plan);
}

// layOut makes bars of the runs and gives each goroutine its lane, with a row
// for each depth of runs within runs.
function layOut(all) {
	const bars = [];
	const byGoroutine = new Map();
	for (const r of all) {
		for (const run of r.runs) {
			const bar = {r, start: run.start, end: run.start + run.time, open: run.open, goroutine: run.goroutine};
			bars.push(bar);
			if (!byGoroutine.has(run.goroutine)) byGoroutine.set(run.goroutine, []);
			byGoroutine.get(run.goroutine).push(bar);
		}
	}
	const order = [...byGoroutine].map(([g, list]) => {
		list.sort((a, b) => a.start - b.start || b.end - a.end);
		return [g, list];
	}).sort((a, b) => a[1][0].start - b[1][0].start);
	let row = 0;
	const lanes = [];
	const laneOf = new Map();
	for (const [g, list] of order) {
		const open = [];
		let depth = 1;
		for (const bar of list) {
			while (open.length && open[open.length - 1].end <= bar.start) open.pop();
			bar.row = row + open.length;
			open.push(bar);
			depth = Math.max(depth, open.length);
		}
		lanes.push({goroutine: g, row, depth});
		laneOf.set(g, row);
		row += depth;
	}
	let first = Infinity, last = 0;
	for (const r of all) {
		for (const t of [r.init, r.before, r.destroy]) {
			if (t !== undefined) { first = Math.min(first, t); last = Math.max(last, t); }
		}
	}
	for (const bar of bars) { first = Math.min(first, bar.start); last = Math.max(last, bar.end); }
	if (!isFinite(first)) { first = 0; last = data.duration; }
	const firstBar = new Map();
	for (const bar of bars) {
		const other = firstBar.get(bar.r.index);
		if (!other || bar.start < other.start) firstBar.set(bar.r.index, bar);
	}
	const arrows = [];
	for (const r of all) {
		const to = firstBar.get(r.index);
		if (!to || r.init === undefined || !laneOf.has(r.goroutine)) continue;
		// From the innermost bar that was open there when it was made.
		let from = null;
		for (const bar of byGoroutine.get(r.goroutine)) {
			if (bar !== to && bar.start <= r.init && bar.end >= r.init && (!from || bar.row > from.row)) from = bar;
		}
		arrows.push({r, at: r.init, row: from ? from.row : laneOf.get(r.goroutine), to});
	}
	return {bars, arrows, lanes, rows: row, first, last: Math.max(last, first + 1)};
}

const rowHeight = 20, left = 70, top_ = 22;

function attach(canvas, holder, plan) {
	let from = plan.first, to = plan.last;
	const all = () => { const pad = (plan.last - plan.first) * 0.02; from = plan.first - pad; to = plan.last + pad; };
	all();
	const height = Math.min(top_ + Math.max(plan.rows, 1) * rowHeight + 8, 16000);
	let width = 0;
	const x = (t) => left + (t - from) / (to - from) * (width - left - 8);
	const y = (row) => top_ + row * rowHeight;
	redraw = () => {
		if (!canvas.isConnected) return;
		let c;
		[c, width] = scaled(canvas, height);
		const dim = css("--dim"), line = css("--line"), fg = css("--fg");
		c.fillStyle = dim;
		for (const lane of plan.lanes) {
			c.fillText("goroutine " + (lane.goroutine || "?"), 2, y(lane.row) + 14, left - 6);
			c.fillStyle = line;
			c.fillRect(0, y(lane.row) - 1, width, 1);
			c.fillStyle = dim;
		}
		const step = (to - from) / 6;
		for (let k = 0; k < 6; k++) {
			const t = from + step * (k + 0.5);
			c.fillText(duration(Math.max(0, Math.round(t))), x(t) - 14, 13);
			c.fillStyle = line;
			c.fillRect(x(t), 18, 1, height);
			c.fillStyle = dim;
		}
		c.save();
		c.beginPath();
		c.rect(left, 0, width - left, height);
		c.clip();
		for (const bar of plan.bars) {
			const x0 = x(bar.start), w = Math.max(x(bar.end) - x0, 1.5);
			if (x0 > width || x0 + w < left) continue;
			c.globalAlpha = matches(siteText(bar.r.site)) ? 1 : 0.15;
			c.fillStyle = colour(bar.r.type);
			c.fillRect(x0, y(bar.row) + 2, w, rowHeight - 5);
			if (bar.r.index === selected) {
				c.strokeStyle = fg;
				c.lineWidth = 2;
				c.strokeRect(x0, y(bar.row) + 2, w, rowHeight - 5);
			}
			const room = Math.min(x0 + w, width) - Math.max(x0, left) - 8;
			if (room > 30) {
				const name = resourceName(bar.r), full = name + " " + (bar.r.id > 1 ? data.sites[bar.r.site][1] : "");
				const text = [full, name, bar.r.type].find((t) => c.measureText(t).width <= room);
				c.fillStyle = "#fff";
				if (text) c.fillText(text, Math.max(x0, left) + 4, y(bar.row) + 14);
			}
		}
		for (const a of plan.arrows) {
			const near = a.r.index === selected || plan.bars.some((b) => b.r.index === selected && b.r.index === a.r.parent);
			const x0 = x(a.at), y0 = y(a.row) + rowHeight / 2, x1 = x(a.to.start), y1 = y(a.to.row) + rowHeight / 2;
			if (Math.max(x0, x1) < left || Math.min(x0, x1) > width) continue;
			c.globalAlpha = near ? 1 : 0.45;
			c.strokeStyle = c.fillStyle = near ? fg : colour(a.r.type);
			c.lineWidth = near ? 1.8 : 1;
			c.setLineDash(a.r.type === "ChanSend" ? [4, 3] : a.r.type === "AfterFunc" || a.r.type === "Timer" || a.r.type === "Ticker" ? [1, 3] : []);
			c.beginPath();
			c.moveTo(x0, y0);
			c.bezierCurveTo(x0 + (x1 - x0) / 2, y0, x0 + (x1 - x0) / 2, y1, x1 - 4, y1);
			c.stroke();
			c.setLineDash([]);
			c.beginPath();
			c.moveTo(x1, y1);
			c.lineTo(x1 - 6, y1 - 3);
			c.lineTo(x1 - 6, y1 + 3);
			c.fill();
		}
		c.restore();
	};
	const hit = (event) => {
		const box = canvas.getBoundingClientRect();
		const px = event.clientX - box.left, py = event.clientY - box.top;
		let best = null;
		for (const bar of plan.bars) {
			const x0 = x(bar.start), w = Math.max(x(bar.end) - x0, 4);
			if (px >= x0 - 1 && px <= x0 + w && py >= y(bar.row) && py < y(bar.row) + rowHeight && px > left) {
				if (!best || bar.end - bar.start < best.end - best.start) best = bar;
			}
		}
		return best;
	};
	let drag = null;
	canvas.addEventListener("pointerdown", (event) => { drag = {x: event.clientX, from, to, moved: false}; canvas.setPointerCapture(event.pointerId); });
	canvas.addEventListener("pointermove", (event) => {
		if (drag) {
			const dx = event.clientX - drag.x;
			if (Math.abs(dx) > 3) drag.moved = true;
			const dt = dx / (width - left) * (drag.to - drag.from);
			from = drag.from - dt;
			to = drag.to - dt;
			requestAnimationFrame(redraw);
			return;
		}
		const bar = hit(event);
		const tip = $("tip");
		tip.hidden = !bar;
		if (bar) {
			tip.textContent = resourceName(bar.r) + " " + (bar.r.id > 1 ? siteText(bar.r.site) : "") + "\n" + duration(bar.start) + " + " + duration(bar.end - bar.start) + (bar.open ? ", not ended" : "");
			tip.style.left = Math.min(event.clientX + 14, innerWidth - 480) + "px";
			tip.style.top = event.clientY + 16 + "px";
		}
	});
	canvas.addEventListener("pointerleave", () => { $("tip").hidden = true; });
	canvas.addEventListener("pointerup", (event) => {
		const moved = drag && drag.moved;
		drag = null;
		const bar = moved ? null : hit(event);
		if (bar) showDetail(bar.r.index);
	});
	canvas.addEventListener("wheel", (event) => {
		event.preventDefault();
		const box = canvas.getBoundingClientRect();
		const share = Math.max(0, (event.clientX - box.left - left) / (width - left));
		const at = from + (to - from) * share;
		const factor = Math.pow(1.0015, event.deltaY);
		const span = Math.min(Math.max((to - from) * factor, 100), data.duration * 1.2 + 100);
		from = at - span * share;
		to = from + span;
		requestAnimationFrame(redraw);
	}, {passive: false});
	canvas.addEventListener("dblclick", () => { all(); redraw(); });
	redraw();
}

// The page.

function start() {
	$("about").textContent = data.process + ": " + count(data.events) + " events of " + count(data.resources) + " resources in " + duration(data.duration);
	$("about").title = (data.args || []).join(" ");
	$("problems").replaceChildren(...(data.problems || []).map((p) => el("p", {}, p)));
	$("tabs").replaceChildren(...Object.entries(titles).map(([name, title]) => el("a", {href: "#" + name, role: "tab", "data-view": name, "aria-selected": "false"}, title)));
	const go = () => show(location.hash.slice(1));
	window.addEventListener("hashchange", go);
	$("filter").addEventListener("input", () => {
		filterText = $("filter").value.trim().toLowerCase();
		go();
	});
	$("search").addEventListener("submit", async (event) => {
		event.preventDefault();
		if ($("find").value === "") return;
		const index = await find(Number($("find").value));
		$("find").setCustomValidity(index < 0 ? "there is no resource with this id in the trace" : "");
		if (index < 0) $("find").reportValidity();
		else showDetail(index);
	});
	$("find").addEventListener("input", () => $("find").setCustomValidity(""));
	window.addEventListener("resize", () => {
		const chart = $("chart");
		if (chart) drawChart(chart);
		if (redraw) redraw();
	});
	go();
	document.documentElement.dataset.ready = "true";
}

document.addEventListener("DOMContentLoaded", start);
