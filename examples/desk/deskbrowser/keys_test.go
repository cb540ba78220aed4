package deskbrowser

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// A spot is where the keyboard is on a page.
type spot struct {
	Stop, Of int
	There    bool     // where it was to go
	Wrong    []string // with how it shows
	Value    string
}

// spot says where the keyboard is, beside what was found. A radio button is reached by its group.
func (w *walk) spot(what string) spot {
	w.t.Helper()
	return ask[spot](w.screen, fmt.Sprintf(`(e => {
		const a = document.activeElement, group = e && e.type == "radio" && a.type == "radio" && a.name == e.name && a.form == e.form
		return {...eyes.at(), of: eyes.stops().length, there: a == e || !!group, value: a.value || ""}
	})(document.querySelector('%s'))`, what))
}

// reach goes on with Tab until what was found has the focus. Each stop on the way has to show,
// and to follow the one before in the order of the page.
func (w *walk) reach(what string) {
	w.t.Helper()
	w.unfold(what)
	at := w.spot(what)
	for range 2 * (at.Of + 2) {
		if at.There {
			return
		}
		w.do(chromedp.KeyEvent(kb.Tab))
		next := w.spot(what)
		w.stops++
		if next.Stop >= 0 {
			require.Empty(w.t, next.Wrong)
		}
		if at.Stop >= 0 && next.Stop > 0 {
			require.Equal(w.t, at.Stop+1, next.Stop, "the order of the keyboard is that of the page")
		}
		at = next
	}
	require.Fail(w.t, "the keyboard does not get there", "%s on %s", what, ask[string](w.screen, "location.pathname"))
}

// unfold opens with the keyboard what something is folded into.
func (w *walk) unfold(what string) {
	w.t.Helper()
	closed := fmt.Sprintf(`(e => e.matches("summary") ? null : e.closest("details:not([open])"))(document.querySelector('%s'))`, what)
	if !ask[bool](w.screen, "!!"+closed) {
		return
	}
	w.reach(w.find("summary", closed+".querySelector(\"summary\")"))
	w.do(chromedp.KeyEvent(" "))
	require.False(w.t, ask[bool](w.screen, "!!"+closed), "a space unfolds")
}

// enter types into a field, or chooses in it.
func (w *walk) enter(what, value string) {
	w.t.Helper()
	w.reach(what)
	is := func(script string) bool {
		return ask[bool](w.screen, fmt.Sprintf(`(e => %s)(document.querySelector('%s'))`, script, what))
	}
	switch {
	case is(`e.type == "radio"`):
		for range 40 {
			if is("document.activeElement == e") {
				break
			}
			w.do(chromedp.KeyEvent(kb.ArrowDown))
		}
		if !is("e.checked") {
			w.do(chromedp.KeyEvent(" "))
		}
		require.True(w.t, is("e.checked"), "arrows and a space choose")
	case is(`e.type == "checkbox"`):
		if !is("e.checked") {
			w.do(chromedp.KeyEvent(" "))
		}
		require.True(w.t, is("e.checked"), "a space ticks")
	default:
		old := w.spot(what).Value
		w.do(chromedp.KeyEvent(kb.End), chromedp.KeyEvent(strings.Repeat(kb.Backspace, len(old))), chromedp.KeyEvent(value))
		require.Equal(w.t, value, w.spot(what).Value)
	}
}

// key goes to a link or a button, and returns the key that presses it: both do for a button.
func (w *walk) key(what string) chromedp.Action {
	w.t.Helper()
	w.reach(what)
	switch {
	case ask[bool](w.screen, `document.activeElement.matches("a")`):
		return enter
	case w.stops%2 == 0:
		return chromedp.KeyEvent(" ")
	}
	return chromedp.KeyEvent(kb.Enter)
}

// enter is the key as a keyboard sends it to a link, that has been followed when it goes down: its
// character does not reach whatever has the focus then.
var enter = chromedp.Tasks{
	input.DispatchKeyEvent(input.KeyRawDown).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13).WithNativeVirtualKeyCode(13),
	input.DispatchKeyEvent(input.KeyUp).WithKey("Enter").WithCode("Enter").WithWindowsVirtualKeyCode(13).WithNativeVirtualKeyCode(13),
}

// mends has the summary of what is to be put right take the focus, and its first link give it to
// the field.
func (w *walk) mends(field string) {
	w.t.Helper()
	require.True(w.t, ask[bool](w.screen, `document.activeElement.matches(".errors")`), "the summary has the focus")
	w.do(chromedp.KeyEvent(kb.Tab))
	require.True(w.t, ask[bool](w.screen, `document.activeElement.matches(".errors a")`), "its first link is next")
	w.do(enter)
	require.Equal(w.t, field, ask[string](w.screen, "document.activeElement.id"), "its link leads to the field")
}

// skips has the first stop of a page lead past its head.
func (w *walk) skips() {
	w.t.Helper()
	w.do(chromedp.KeyEvent(kb.Tab))
	require.True(w.t, ask[bool](w.screen, `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().left >= 0`), "it is the first stop, and shows")
	w.do(enter, chromedp.KeyEvent(kb.Tab))
	require.True(w.t, ask[bool](w.screen, `!!document.activeElement.closest("main")`), "what comes next is the content")
}
