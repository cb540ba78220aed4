package deskbrowser

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// A walk is the way of somebody through the desk, in one browser.
type walk struct {
	*screen
	world *world
	check func(name string) // looks at each page that was not seen before
	seen  map[string]bool
	stops int  // of the keyboard
	keys  bool // by keyboard alone: nothing is clicked on, and nothing unfolded but by a key
}

// arrive unfolds a page that was come to, and looks at it.
func (w *walk) arrive() {
	w.t.Helper()
	if w.keys {
		w.see()
	} else {
		w.look()
	}
	name := ask[string](w.screen, `document.title.split(" ")[0].replace(/[^A-Za-z:]/g, "") + " " + location.pathname.replace(/\/[A-Z]+-[^\/]*/g, "/ID").replace(/\/link\/.*/, "/link")`)
	if !w.seen[name] && !strings.HasSuffix(name, "/board/report") { // the report has a style and tests of its own
		w.seen[name] = true
		w.check(name)
	}
}

// moved does something that leads to another page, and arrives there.
func (w *walk) moved(do ...chromedp.Action) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, do...)
	require.NoError(w.t, err, "nothing came")
	w.arrive()
}

func (w *walk) open(path string) {
	w.t.Helper()
	w.moved(chromedp.Navigate(w.world.url + path))
}

// visit opens an address that somebody was sent.
func (w *walk) visit(address string) {
	w.t.Helper()
	w.do(network.ClearBrowserCookies())
	w.moved(chromedp.Navigate(address))
}

// as signs somebody of the team in.
func (w *walk) as(user string) {
	w.t.Helper()
	w.do(network.ClearBrowserCookies())
	w.open("/")
	w.press("Sign in", "user=sandholme/"+user)
}

// click presses what was found.
func (w *walk) click(what string) chromedp.Action {
	w.t.Helper()
	if w.keys {
		return w.key(what)
	}
	return chromedp.Evaluate("document.querySelector('"+what+"').click(); null", nil)
}

// press fills in the form with a button, and presses it.
func (w *walk) press(button string, fields ...string) {
	w.t.Helper()
	form := fmt.Sprintf(`[...document.querySelectorAll("main button, footer button")].find(b => b.textContent.trim() == %q)`, button)
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		in := w.find("field "+field, fmt.Sprintf(`(f => { const e = f && f.form.elements.namedItem(%q); return e && (e.type == "text" || e.type == "textarea" ? e : [...f.form.elements].find(x => x.name == %[1]q && x.value == %q)) })(%s)`, name, value, form))
		if w.keys {
			w.enter(in, value)
			continue
		}
		ask[any](w.screen, fmt.Sprintf(`(e => { if (e.matches("[type=radio], [type=checkbox]")) e.labels[0].click(); else e.value = %q })(document.querySelector('%s')); null`, value, in))
	}
	w.moved(w.click(w.find("button "+button, form)))
}

// follow follows the first link with a text.
func (w *walk) follow(text string) {
	w.t.Helper()
	w.moved(w.click(w.find("link "+text, fmt.Sprintf(`[...document.querySelectorAll("main a, nav a")].find(a => a.textContent.trim() == %q)`, text))))
}

// refer has Dr Khan refer somebody, and returns the reference.
func (w *walk) refer(number, given, family, trouble string) string {
	w.t.Helper()
	w.as("dr-khan")
	w.sees("Refer somebody to a link worker", "not an emergency service")
	wrong := number[:9] + string('0'+(number[9]-'0'+1)%10)
	w.press("Check whether it fits", "number="+wrong, "given="+given, "family="+family, "born=1 5 1950", "reasons="+trouble, "urgency=urgent", "telephone=07700 900471", "safe=yes", "message=no", "agreed=yes")
	w.sees("to put right", "This is not an NHS number")
	if w.keys {
		w.mends("number")
	}
	w.press("Check whether it fits", "number="+number)
	w.sees("This fits", "Nothing has been sent yet")
	w.press("Send the referral")
	w.sees("Sent: somebody will speak to them by")
	path := ask[string](w.screen, "location.pathname")
	return path[strings.LastIndex(path, "/")+1:]
}

// accept has Ann take somebody on and speak to them.
func (w *walk) accept(id, need string) {
	w.t.Helper()
	w.as("ann")
	w.sees("Somebody new")
	w.open("/waiting/" + id)
	w.press("Take them on")
	w.follow("Write down what you talked about")
	w.press("Save", "channel=phone", "minutes=40", "note=Misses the garden.", "agrees=yes", "needs="+need)
	w.sees("Misses the garden.")
}

// offer has Ann ask the service that stands first for a place.
func (w *walk) offer(id string) {
	w.t.Helper()
	w.open("/people/" + id)
	w.follow("See what could help")
	w.sees("In this order", "Fits because")
	first := ask[string](w.screen, `[...document.querySelectorAll(".options button")][0].textContent.trim()`)
	w.press(first)
	w.sees("They are told now", "They are told when they say yes", "They answer by")
	w.press("Ask, and keep the place")
	w.sees("an answer is due by")
}

func TestDeskIsWalkedByFiveRoles(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(*walk){"June": (*walk).june, "Mia": (*walk).mia} {
		t.Run(name+" on a wide screen", func(t *testing.T) {
			s := open(t)
			w := &walk{screen: s, world: newWorld(t), seen: map[string]bool{}}
			w.check = func(name string) { require.Empty(t, s.wrong(), name) }
			way(w)
		})
		t.Run(name+" on a telephone without script", func(t *testing.T) {
			s := open(t)
			s.size(360, 740, "dark")
			s.do(emulation.SetScriptExecutionDisabled(true))
			w := &walk{screen: s, world: newWorld(t), seen: map[string]bool{}}
			w.check = func(name string) {
				require.Empty(t, ask[[]string](s, "[...eyes.wide(), ...eyes.small()]"), name)
			}
			way(w)
		})
	}
}

// Who has no mouse, and who cannot hold one, gets as far as anybody.
func TestDeskIsWalkedByKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := open(t)
	w := &walk{screen: s, world: newWorld(t), seen: map[string]bool{}, keys: true, check: func(string) {}}
	w.visit(w.world.url)
	w.skips()
	w.june()
	require.Greater(t, w.stops, 200, "each with a ring, in the order of its page")
}

// june is lonely, and in danger; a service says yes.
func (w *walk) june() {
	w.t.Helper()
	id := w.refer("9990000018", "June", "Hart", "loneliness")
	w.accept(id, "loneliness")
	w.goal()
	w.danger(id)
	w.offer(id)

	w.visit(w.world.message())
	w.sees("Can you offer somebody a place", "Nothing changes before you press a button")
	require.NotContains(w.t, ask[string](w.screen, "document.body.innerText"), "June", "names come after the yes")
	w.press("Send your answer", "answer=yes")
	w.sees("You said yes", "June Hart", "07700 900471")
	w.press("Ask to know more", "fields=address", "why=pick-up")
	w.press("Save", "on=30 11 2026", "came=yes", "minutes=60")
	w.sees("They came")

	w.as("ann")
	w.open("/people/" + id)
	w.follow("Say yes or no")
	w.press("Answer", "answer=no")
	w.own(id)
	w.as("bo")
	w.follow("The whole report")
}

// goal has Ann write down what June wants.
func (w *walk) goal() {
	w.t.Helper()
	w.sees("Set or review a goal")
}

// danger has Ann raise a concern and ask a team, and Ben write down its yes.
func (w *walk) danger(id string) {
	w.t.Helper()
	w.open("/people/" + id)
	w.press("Raise it now", "kind=crisis", "about=unspecified", "team=crisis-team")
	w.sees("At risk", "Ann Archer holds it")
	w.open("/today")
	w.sees("somebody has to hold the risk")
	w.as("lena")
	w.sees("Somebody's risk is still ours")
	w.as("ben")
	w.open("/people/" + id + "/crisis")
	w.sees("Until it says yes in its own word")
	w.press("Save", "team=crisis-team", "said=accepted", "reference=CT-7")
	w.sees("No concern is open")
	w.as("ann")
}

// own has somebody look at their own page, see what stopping would do, and stop.
func (w *walk) own(id string) {
	w.t.Helper()
	w.open("/people/" + id + "/page")
	w.press("Make the address")
	w.visit(ask[string](w.screen, `new URL([...document.querySelectorAll("main a")].find(a => a.textContent == "Open it as they would").getAttribute("href"), location).href`))
	w.sees("Your page", "What comes next", "Who knows what about you", "You do not have to go to anything.")
	said := strings.ToLower(ask[string](w.screen, `document.querySelector("main").innerText`))
	for _, never := range []string{"concern", "risk", "crisis", "safeguarding"} {
		require.NotContains(w.t, said, never)
	}
	w.press("See what would happen", "what=C-sharing")
	w.sees("Nothing has changed yet", "If you stop", "What stays as it is")
	w.press("Yes, stop")
	w.sees("Your page")
}

// mia has debts; the one service that fits says no, and she is handed over to Ben.
func (w *walk) mia() {
	w.t.Helper()
	id := w.refer("9990000026", "Mia", "Novak", "debt")
	w.accept(id, "debt")
	w.offer(id)
	w.visit(w.world.message())
	w.press("Send your answer", "answer=no", "why=no-capacity")
	w.sees("There is nothing that you have to do")
	w.as("ann")
	w.open("/people/" + id)
	w.follow("See what could help")
	w.sees("Nothing fits Mia as it is", "Tried before and left out: 1")

	w.as("lena")
	w.press("Offer the caseload", "from=ann", "to=ben", "why=leaving", "by=7 12 2026")
	w.sees("are still to be taken", "without a holder")
	over := ask[string](w.screen, "location.pathname")
	w.as("ben")
	w.open(over + "/" + id)
	w.press("Answer", "answer=yes")
	w.open("/people/" + id)
	w.sees("Mia Novak")
}
