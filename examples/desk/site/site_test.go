package site_test

import (
	"net/http"
	"net/url"
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/store/memstore"
)

// june is what Dr Khan types about somebody new.
func june() url.Values {
	return url.Values{
		"number": {"999 000 0018"}, "given": {"Noor"}, "family": {"Star"}, "born": {"1/5/1950"}, "reasons": {"loneliness"}, "urgency": {"urgent"},
		"telephone": {"07700 900471"}, "safe": {"yes"}, "message": {"no"}, "agreed": {"yes"},
	}
}

func TestSiteTakesSomebodyFromPracticeToCaseload(t *testing.T) {
	w := newWorld(t, memstore.New())
	khan := w.as("sandholme/dr-khan").sees("Refer somebody", "not an emergency service")
	typed := june()
	typed.Set("number", "999 000 0019")
	khan.press("Check whether it fits", typed)
	require.Equal(t, http.StatusUnprocessableEntity, khan.status)
	require.Contains(t, khan.page, "<title>Error: ")
	require.Contains(t, khan.page, `<a class="tap" href="#number">This is not an NHS number: check each digit</a>`)
	khan.press("Check whether it fits", url.Values{"number": {"9990000018"}}).sees("This fits", "Noor Star", "Nothing has been sent yet")
	to, values, _ := khan.form("Send the referral")
	khan.press("Send the referral", nil).sees("Sent: somebody will speak to them by Tuesday 1 December")
	first := khan.path
	khan.ask(http.MethodPost, to, values)
	require.Equal(t, first, khan.sees("Sent").path, "pressed twice, saved once")

	ann := w.as("sandholme/ann").sees("Somebody new waits for a link worker", "June Moon")
	ann.open("/waiting/"+path.Base(first)).press("Take them on", nil).sees("speak to them")
	ann.follow("Write down what you talked about").press("Save", url.Values{"channel": {"phone"}, "minutes": {"40"}, "agrees": {"yes"}, "note": {"Misses <the> garden."}})
	ann.sees("Misses <the> garden.", "They have been spoken to")
	ann.press("Save the note", url.Values{"note": {"Likes roses."}}).sees("Likes roses.")
	ann.press("Raise it now", url.Values{"kind": {"crisis"}, "about": {"unspecified"}, "team": {"crisis-team"}}).sees("At risk", "Ann Archer holds it since 30 November, 08:55")
	ann.open("/today").sees("somebody has to hold the risk", "Safety")
}
