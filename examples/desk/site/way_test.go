package site_test

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/examples/desk/seed"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store/memstore"
)

// provider opens the link that the provider of the last placement of a person is sent.
func (w *world) provider(of string) *browser {
	w.t.Helper()
	d := w.desks["sandholme"]
	p, err := d.Person(w.t.Context(), seed.Ann, referral.ID(of))
	require.NoError(w.t, err)
	x := p.Case.Placements[len(p.Case.Placements)-1]
	b := w.browser()
	b.open(w.link(app.ProviderDoor(x.ID(), x.Provider(), w.now.AddDate(0, 0, 14))))
	return b
}

func (w *world) link(d app.Door) string {
	w.t.Helper()
	to, err := w.sites.Link("sandholme", d)
	require.NoError(w.t, err)
	return to
}

// seeded returns the reference of somebody of the seeded world.
func (w *world) seeded(family string) string {
	w.t.Helper()
	for r, err := range referral.NewRepository(w.desks["sandholme"].Store(), nil).All(w.t.Context(), referral.Query{}) {
		require.NoError(w.t, err)
		who, err := w.desks["sandholme"].Person(w.t.Context(), sp.Actor{ID: string(r.Worker()), Role: sp.RoleLinkWorker}, r.ID())
		if err == nil && who.Person.Name.Reveal().Family == family {
			return string(r.ID())
		}
	}
	require.Fail(w.t, "nobody is called that", family)
	return ""
}

func TestSiteTakesJuneTheWholeWayThroughFiveRoles(t *testing.T) {
	w := newWorld(t, memstore.New())
	june := w.seeded("Moon")
	ann := w.as("sandholme/ann").sees("June Moon")
	ann.follow("June Moon").sees("Next: look for help", "Loneliness", "Nothing goes on")
	ann.press("Save the goal", url.Values{"words": {"See the allotment again."}, "need": {"loneliness"}, "review": {"1 2 2027"}}).sees("See the allotment again.")
	ann.follow("How far has it come?").press("Save", url.Values{"reached": {"3"}, "outcome": {"on"}, "next": {"1 3 2027"}}).sees("Look again Monday 1 March")
	ann.follow("Ask the questions of ONS4 personal wellbeing").press("Save the answers", url.Values{"q-satisfied": {"4"}, "q-happy": {"3"}}).sees("Asked once", "0 to 10")
	ann.follow("See what could help").sees("could help June: Loneliness", "Fits because")
	chosen := buttonOf(ann.page, "Choose ")
	ann.press(chosen, nil).sees("They are told now", "Loneliness", "the name", "anything else")
	ann.press("Ask, and keep the place", nil).sees("Asked: an answer is due by Monday 14 December")

	green := w.provider(june).sees("Can you offer somebody a place", "Loneliness", "Asked by Ann Archer")
	require.NotContains(t, green.page, "Moon", "the name comes with the yes")
	green.press("Send your answer", url.Values{"answer": {"no"}})
	require.Equal(t, http.StatusUnprocessableEntity, green.status)
	green.press("Send your answer", url.Values{"answer": {"yes"}}).sees("You said yes", "June Moon", "07700 900123")
	green.press("Ask to know more", url.Values{"fields": {"born"}, "why": {"insurance"}}).sees("You asked for more", "no answer yet")
	ann.open("/people/"+june).sees("wants to know more").follow("Say yes or no").press("Answer", url.Values{"answer": {"yes"}})
	green.open(green.path).sees("1950-05-01")
	green.press("Save", url.Values{"on": {"30 11 2026"}, "came": {"yes"}, "minutes": {"60"}}).sees("They came", "Is it over?")
	ann.open("/people/"+june).sees("They go there", "Help goes on")

	self := ann.follow("Give them their own page").press("Make the address", nil).sees("/link/")
	me := w.browser()
	me.open(hrefOf(self.page, "Open it as they would")).sees("Your page, June", "Who knows what about you", "Ring Ann Archer")
	require.NotContains(t, me.page, "concern")
	me.press("See what would happen", url.Values{"what": {"C-sharing"}}).sees("Nothing has changed yet", "stops, and deletes what it was told.")
	me.press("Yes, stop", nil).sees("Your page, June")
	me.open("/mine/copy").sees("We keep").open("/mine/copy?file=1").sees("June")
	green.open(green.path).sees("Called off")
	require.NotContains(t, green.page, "Moon", "what was taken back is not shown any more")
	me.open("/mine/forget").press("Yes, forget me", nil).sees("We have your wish")

	ann.open("/today").sees("They have asked to stop.")
	ann.open("/people/"+june).sees("They ask that everything about them is erased.").follow("Erase everything about them").press("Erase everything about them", nil).sees("It is erased")
	require.Equal(t, http.StatusNotFound, ann.open("/people/"+june).status)
	w.as("sandholme/bo").sees("As of 30 November 2026").open("/board/report").sees("The 25 barriers")
	w.keptQuiet("Moon", "07700", "allotment", "1950")
}

// keptQuiet says that nothing personal stands in the log.
func (w *world) keptQuiet(words ...string) {
	w.t.Helper()
	for _, word := range words {
		require.NotContains(w.t, w.log.String(), word)
	}
}

func buttonOf(page, prefix string) string {
	for _, b := range button.FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(b[1], prefix) {
			return unescaped(b[1])
		}
	}
	return prefix
}

func hrefOf(page, text string) string {
	for _, a := range anchor.FindAllStringSubmatch(page, -1) {
		if unescaped(a[2]) == text {
			return unescaped(a[1])
		}
	}
	return ""
}

func TestSiteTakesMiaThroughACrisisAndAHandOver(t *testing.T) {
	w := newWorld(t, memstore.New())
	ann := w.as("sandholme/ann")
	ann.follow("Take them on").press("Take them on", nil).sees("Mia Wells", "speak to them")
	mia := path.Base(ann.path)
	ann.follow("Write down what you talked about").press("Save", url.Values{"channel": {"in-person"}, "minutes": {"30"}, "agrees": {"no"}, "note": {"She is afraid."}})
	ann.follow("Ask the questions of Patient Health Questionnaire, nine items").press("Save the answers", url.Values{"q-9": {"2"}, "q-1": {"3"}, "q-2": {"3"}, "q-3": {"3"}, "q-4": {"3"}, "q-5": {"0"}, "q-6": {"0"}, "q-7": {"0"}, "q-8": {"0"}})
	ann.sees("See that a team takes it over", "Ring the emergency service, in danger now", "Ann Archer holds it since 30 November, 08:55")
	ann.press("Save", url.Values{"team": {"crisis-team"}, "said": {"asked"}}).sees("crisis-team was asked: no answer yet.")
	ann.press("Save", url.Values{"team": {"crisis-team"}, "said": {"accepted"}})
	require.Equal(t, http.StatusForbidden, ann.status, "a second worker writes down the yes")
	w.as("sandholme/lena").sees("Somebody's risk is still ours", "Mia Wells")
	ben := w.as("sandholme/ben")
	require.Equal(t, http.StatusForbidden, ben.open("/people/"+mia).status)
	ben.open("/people/" + mia + "/crisis").sees("crisis-team was asked")
	require.NotContains(t, ben.page, "Mia")
	ben.press("Save", url.Values{"team": {"crisis-team"}, "said": {"accepted"}, "reference": {"ref-7"}}).sees("No concern is open")
	ann.open("/today").sees("Start with Mia: it is about their safety", "They are to hear from you.", `href="/people/`+mia+`/talk">Speak to them`)

	lena := w.as("sandholme/lena").sees("Ann Archer", "Has room")
	lena.press("Offer the caseload", url.Values{"from": {"ann"}, "to": {"ben"}, "why": {"leaving"}, "by": {"7 12 2026"}}).sees("3 of 3 are still to be taken", "Mia Wells")
	h := lena.path
	ben.open("/today").sees("You are asked to take people over").follow("Say yes or no").follow("Say yes or no").press("Answer", url.Values{"answer": {"yes"}}).sees("2 of 3")
	ben.follow("Say yes or no").press("Answer", url.Values{"answer": {"no"}, "why": {"no-room"}})
	lena.open(h).sees("Refused before: No room", "1 of 3").follow("Take them yourself").press("Take them yourself", nil).sees("Everybody has somebody")
	lena.open("/team").sees("Ben Brook")
}

func TestSiteHidesNamesOnEveryPageForAScreenThatOthersSee(t *testing.T) {
	w := newWorld(t, memstore.New())
	ann := w.as("sandholme/ann").sees("<title>Somebody new ")
	ann.press("Hide names on every page", nil).sees("<title>Names are hidden - Sandholme Link</title>", `id="veil" checked`)
	ann.open("/people/"+w.seeded("Moon")).sees("<title>Names are hidden", `id="veil" checked`, `<span class="name">June Moon</span>`)
	ann.press("Show names again", nil).sees("<title>Somebody new ", `id="veil" autocomplete`)
	require.NotContains(t, w.browser().open("/").page, "Hide names on every page", "who has not signed in sees no names")
}
