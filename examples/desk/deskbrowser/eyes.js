// What eyes see on a page and no type knows: each function lists what is wrong, in words.
// The page stands as it was loaded; whoever looks sets its width, its medium and its light.
const eyes = {
	all: of => [...document.querySelectorAll(of)],
	seen: of => eyes.all(of).filter(e => e.checkVisibility({contentVisibilityAuto: true})),
	say: e => e.outerHTML.replace(/\s+/g, " ").slice(0, 90),

	// What is smaller than a finger: every control, but for links within a sentence.
	small: () => eyes.seen("a, button, select, summary, textarea, input:not([type=hidden])").filter(e => !e.matches(".skip")).map(e => {
		const box = (e.matches("input[type=radio], input[type=checkbox]") ? (e.closest("label, .choice") || e) : e).getBoundingClientRect()
		return box.width < 43.9 || box.height < 43.9 ? "small: " + eyes.say(e) + " " + Math.round(box.width) + "x" + Math.round(box.height) : ""
	}).filter(Boolean),

	// What makes the page, or what scrolls by itself with a table that should fit, wider than the screen.
	wide: () => {
		const root = document.documentElement, over = root.scrollWidth - root.clientWidth
		const loose = eyes.all(".scroll:not(.wide)").filter(e => e.scrollWidth > e.clientWidth && e.clientWidth > 400)
		return [...(over > 0 ? ["wide: the page by " + over + " px"] : []), ...loose.map(e => "wide: " + eyes.say(e))]
	},

	// What is shown on a screen and not on paper, or printed and of no use there.
	paper: () => [
		...eyes.all("main .tag, main details > *:not(summary), main .day li, main td").filter(e => !e.checkVisibility() || e.getBoundingClientRect().height == 0 || getComputedStyle(e).color == getComputedStyle(document.body).backgroundColor).map(e => "not on paper: " + eyes.say(e)),
		...eyes.all("main button, main .btn").filter(e => e.checkVisibility()).map(e => "a button on paper: " + eyes.say(e)),
	],

	// Red is for danger to a person and for an input to put right.
	red: () => {
		const red = getComputedStyle(document.documentElement).getPropertyValue("--risk").trim()
		const probe = document.createElement("i")
		probe.style.color = red
		document.body.append(probe)
		const is = getComputedStyle(probe).color
		probe.remove()
		return eyes.seen("main *").filter(e => {
			const style = getComputedStyle(e)
			const text = style.color == is && e.childNodes.length > 0 && !e.closest(".errors, .wrong .why")
			return (style.backgroundColor == is && !e.matches(".tag.risk, .btn.risk, button.risk")) || text || (e.matches(".tag.risk") && e.closest("table, .heads-up, .loads"))
		}).map(e => "red: " + eyes.say(e))
	},

	numbers: text => (text.replace(/(\d),(?=\d{3})/g, "$1").match(/\d+(\.\d+)?/g) || []).map(Number),

	// Small counts that are hidden and follow from others: the only hidden cell of a row or a column
	// of counts, where the page says elsewhere what the whole is.
	follows: () => {
		const said = [...document.querySelector("main").textContent.matchAll(/([\d,]+) of ([\d,]+)/g)].flatMap(m => eyes.numbers(m[0]))
		const counts = e => /^[\d,]+$/.test(e.textContent.trim()), hidden = e => /^(fewer than \d+|not shown)$/.test(e.textContent.trim())
		const lines = eyes.all("main table").flatMap(t => {
			const rows = [...t.tBodies[0].rows].map(r => [...r.cells].slice(1))
			return [...rows, ...(rows[0] || []).map((_, i) => rows.map(r => r[i]).filter(Boolean))]
		})
		return lines.filter(l => l.length > 1 && l.every(e => counts(e) || hidden(e)) && l.filter(hidden).length == 1).flatMap(l => {
			const own = l.filter(counts).map(e => eyes.numbers(e.textContent)[0]), below = eyes.numbers(l.find(hidden).textContent)[0] || 10
			const whole = [own.reduce((a, b) => a + b, 0), ...own.map(n => 2 * n - own.reduce((a, b) => a + b, 0))] // of the page, or one of them is the whole of the others
			const found = said.some(n => n > whole[0] && n < whole[0] + below) || (own.length > 1 && whole.slice(1).some(n => n > 0 && n < below))
			return found ? ["follows: a hidden number beside " + own.join(", ")] : []
		})
	},

	// A title that its interval does not bear.
	title: () => {
		const title = document.querySelector("h1").textContent, first = document.querySelector(".heads-up li")
		const between = first && first.textContent.match(/\((\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)\)/)
		const more = /more than half|\bmost\b/i.test(title), fewer = /(fewer|less) than half/i.test(title)
		if (!more && !fewer) return []
		return between && (more ? between[1] > 50 : between[2] < 50) ? [] : ["title: " + title + ": " + (between ? between[0] : "no interval")]
	},

	// An error that gives away the right check digit of an NHS number.
	digit: () => eyes.all("input:not([type=hidden])").map(e => e.value.replace(/\D/g, "")).filter(n => n.length == 10).flatMap(n => {
		const sum = [...n.slice(0, 9)].reduce((s, d, i) => s + d * (10 - i), 0), right = (11 - sum % 11) % 11
		if (right == 10 || right == n[9]) return []
		return document.documentElement.textContent.replace(/\s/g, "").includes(n.slice(0, 9) + right) || new RegExp("digit (is|should be) " + right).test(document.body.textContent) ? ["digit: " + right + " is given away"] : []
	}),

	// A place that goes back before the answer is due: "kept until" a day before "answer by" a day.
	kept: () => {
		const text = document.querySelector("main").textContent, day = "(?:[A-Z][a-z]+ )?(\\d{1,2} [A-Z][a-z]+)(?: (\\d{4}))?"
		const days = of => [...text.matchAll(new RegExp(of + " " + day, "g"))].map(m => [m[0], Date.parse(m[1] + " " + (m[2] || "2026"))])
		return days("kept until").flatMap(([said, until]) => days("[Aa]nswer by").filter(([, by]) => until < by).map(([by]) => "kept: " + said + ", " + by))
	},

	// What the keyboard reaches, in the order of the page: of radio buttons one.
	stops: () => eyes.seen("a[href], button, select, summary, textarea, input:not([type=hidden]), [tabindex='0']").filter(e => {
		const group = e.type == "radio" ? eyes.all("input[type=radio]").filter(r => r.name == e.name && r.form == e.form) : [e]
		return (group.find(r => r.checked) || group[0]) == e
	}),

	// How many stops come before an element; 0 if there is none such.
	before: e => e ? eyes.stops().filter(x => e.compareDocumentPosition(x) & Node.DOCUMENT_POSITION_PRECEDING).length : 0,

	// Where the keyboard is: its place among the stops, and what is wrong with how it shows.
	at: () => {
		const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect()
		const over = document.elementFromPoint(box.left + Math.min(box.width, 40) / 2, box.top + Math.min(box.height, 40) / 2)
		const wrong = [
			style.outlineStyle == "none" || parseFloat(style.outlineWidth) < 2 ? "no ring: " + eyes.say(e) : "",
			over && (over == e || e.contains(over) || over.contains(e)) ? "" : "covered: " + eyes.say(e),
		]
		return {stop: eyes.stops().indexOf(e), wrong: wrong.filter(Boolean)}
	},
}
