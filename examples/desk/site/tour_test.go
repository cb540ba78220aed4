package site_test

import (
	"net/url"
	"path"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/examples/desk/seed"
)

// A stop is a page, and somebody who may see it.
type stop struct {
	name, path string
	who        *browser
}

// A tour is the pages of everybody, each with something on it.
type tour struct {
	*world
	khan, ann, lena, bo, service, june *browser
	of, asked                          string // June's referral and what a service is asked for her
	kept                               int    // how often what was typed was found again
}

// tour takes June as far as a question to a service, with a goal, a note and a concern, and sends
// Dr Khan a referral of somebody new.
func (w *world) tour() *tour {
	w.t.Helper()
	t := &tour{world: w, of: w.seeded("Moon")}
	t.khan, t.ann, t.lena, t.bo = w.as("sandholme/dr-khan"), w.as("sandholme/ann"), w.as("sandholme/lena"), w.as("sandholme/bo")
	t.khan.press("Check whether it fits", june()).press("Send the referral", nil).sees("Sent")
	ann := t.ann.open("/people/" + t.of)
	ann.press("Save the goal", url.Values{"words": {"See the allotment."}, "need": {"loneliness"}, "review": {"1 2 2027"}})
	ann.press("Save the note", url.Values{"note": {"Likes roses."}})
	ann.open("/people/" + t.of + "/options/0")
	ann.press(buttonOf(ann.page, "Choose "), nil).press("Ask, and keep the place", nil).sees("an answer is due by")
	ann.press("Raise it now", url.Values{"kind": {"crisis"}, "about": {"unspecified"}, "team": {"crisis-team"}}).sees("At risk")
	t.service = w.provider(t.of).sees("Can you offer somebody a place")
	t.asked = path.Base(t.service.path)
	ann.open("/people/"+t.of+"/page").press("Make the address", nil)
	t.june = w.browser().open(hrefOf(ann.page, "Open it as they would")).sees("Your page, June")
	return t
}

// stops are the pages of a tour.
func (t *tour) stops() []stop {
	r, err := t.desks["sandholme"].Morning(t.t.Context(), seed.Ann)
	require.NoError(t.t, err)
	require.NotEmpty(t.t, r.Waiting)
	of := "/people/" + t.of
	return []stop{
		{"the form of a practice", "/refer", t.khan},
		{"what a practice sent", "/refer/sent", t.khan},
		{"a morning", "/today", t.ann},
		{"somebody who waits", "/waiting/" + string(r.Waiting[0].Referral), t.ann},
		{"a person", of, t.ann},
		{"a conversation", of + "/talk", t.ann},
		{"a goal", of + "/goals/0", t.ann},
		{"a questionnaire", of + "/questions/2", t.ann},
		{"options", of + "/options/0", t.ann},
		{"a crisis", of + "/crisis", t.ann},
		{"an end", of + "/end", t.ann},
		{"a question to a service", "/provider/" + t.asked, t.service},
		{"a team", "/team", t.lena},
		{"a board", "/board", t.bo},
		{"the report", "/board/report", t.bo},
		{"a person's own page", "/mine", t.june},
		{"a person's copy", "/mine/copy", t.june},
	}
}

// changes counts what was recorded.
func (w *world) changes() (n int) {
	w.t.Helper()
	for _, err := range w.db.Log(w.t.Context(), "sandholme", "") {
		require.NoError(w.t, err)
		n++
	}
	return n
}
