package site_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/app"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestSiteSaysInWordsThatNothingIsThere(t *testing.T) {
	w := populated(t, memstore.New(), nil, func(context.Context, *app.Desk) error { return nil })
	for user, pages := range map[string]map[string][]string{
		"dr-khan": {"/refer/sent": {"You have referred nobody yet", "Refer somebody"}},
		"ann":     {"/today": {"Nothing is waiting for you", "Nothing else is due today.", "Nobody is without a next step."}},
		"lena":    {"/team": {"Nobody carries too much, and no risk is ours", "Nobody is employed as a link worker yet.", "Nobody waits."}, "/board": {"There is nothing to count yet"}},
		"bo":      {"/board": {"There is nothing to count yet", "cannot tell"}},
	} {
		b := w.as("sandholme/" + user)
		for path, said := range pages {
			b.open(path).sees(said...)
		}
	}
	full := newWorld(t, memstore.New())
	ann := full.as("sandholme/ann").open("/people/" + full.seeded("Moon")).sees("Nobody has been told anything.")
	require.Contains(t, ann.page, "Nothing goes on", "a need for which nothing was found yet")
}

// Each form that shows somebody's state sends the version that was seen. What was typed stays.
func TestSiteSaysOnEveryFormThatSomebodyWasFaster(t *testing.T) {
	w := newWorld(t, memstore.New()).tour()
	of := "/people/" + w.of
	for _, c := range []struct {
		name, path, button string
		fill               url.Values
	}{
		{"a conversation", of + "/talk", "Save", url.Values{"channel": {"phone"}, "minutes": {"20"}, "agrees": {"yes"}, "note": {"Typed here."}}},
		{"an attempt", of + "/talk", "Note that you tried", url.Values{"tried": {"phone"}}},
		{"a goal looked at again", of + "/goals/0", "Save", url.Values{"reached": {"3"}, "outcome": {"on"}, "next": {"1 3 2027"}}},
		{"answers to questions", of + "/questions/0", "Save the answers", url.Values{"q-satisfied": {"4"}}},
		{"a goal", of, "Save the goal", url.Values{"words": {"Typed here."}, "need": {"loneliness"}, "review": {"1 2 2027"}}},
		{"a concern", of, "Raise it now", url.Values{"kind": {"crisis"}, "about": {"unspecified"}, "team": {"crisis-team"}}},
		{"what a team said", of + "/crisis", "Save", url.Values{"team": {"crisis-team"}, "said": {"refused-threshold"}}},
		{"an end", of + "/end", "End it", url.Values{"how": {"met"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			slow := w.as("sandholme/ann").open(c.path)
			w.ann.open(of+"/talk").press("Save", url.Values{"channel": {"phone"}, "minutes": {"10"}, "agrees": {"yes"}, "note": {"The first."}}).sees("The first.")
			slow.press(c.button, c.fill)
			require.Equal(t, http.StatusConflict, slow.status, slow.page)
			require.Contains(t, slow.page, "Somebody was faster")
			require.Contains(t, slow.page, "What is there now")
			require.Contains(t, slow.page, "What you wrote")
		})
	}
}
