package letter

import (
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
	"github.com/socialprescribing/sp/referral/words"
)

// facts are what a message needs of the history of a referral beside its state.
type facts struct {
	received      referral.Received // as it was sent
	assessed      bool
	conversations int
	minutes       int
	nowhere       []referral.NothingFound
	shown         []referral.OptionsShown
	flags         map[concern.ID]concern.Kind
	concerns      []flagged
}

// A flagged line is about a concern of a kind.
type flagged struct {
	kind concern.Kind
	text string
}

func gather(c *referral.Case, w Wording) facts {
	f := facts{flags: map[concern.ID]concern.Kind{}}
	for e := range c.Referral.History() {
		switch x := e.Event.(type) {
		case referral.Received:
			f.received = x
		case referral.Assessed:
			f.assessed = true
		case referral.Contacted:
			f.conversations++
			f.minutes += x.Minutes
		case referral.NothingFound:
			f.nowhere = append(f.nowhere, x)
		case referral.OptionsShown:
			f.shown = append(f.shown, x)
		case referral.Flagged:
			f.flags[x.Flag] = x.Kind
			f.concern(w, e.Stamp, "flagged", x.Flag, "", "kind", words.Of(w.Words, x.Kind))
		case referral.HandOverOffered:
			f.concern(w, e.Stamp, "offered", x.Flag, x.To)
		case referral.HandOverAnswered:
			key := "answered"
			if x.Answer == concern.RaisedByMistake {
				key = "mistake"
			}
			f.concern(w, e.Stamp, key, x.Flag, x.By, "answer", words.Of(w.Words, x.Answer))
		case referral.HandedOver:
			f.concern(w, e.Stamp, "handed-over", x.Flag, x.To)
		}
	}
	return f
}

// concern adds a sentence about a concern.
func (f *facts) concern(w Wording, at sp.Stamp, key string, flag concern.ID, team concern.TeamID, more ...string) {
	parts := append([]string{"flag", string(flag), "team", string(team), "day", w.day(at.At)}, more...)
	f.concerns = append(f.concerns, flagged{f.flags[flag], w.Words.Sentence(words.Letters, "concern/"+key, parts...)})
}

// contact says how the person was spoken to. Of a case that has ended, as far as
// the reader may know, it does not say "yet".
func (f *facts) contact(r *referral.Referral, w Wording, at time.Time, ended bool) string {
	first, attempts := r.FirstContact(), w.Words.Count(r.Attempts(), "attempt")
	switch {
	case first.IsZero() && ended:
		return w.Words.Sentence(words.Letters, "not-spoken", "attempts", attempts)
	case first.IsZero():
		return w.Words.Sentence(words.Letters, "not-spoken-yet", "time", w.passed(r.Received(), at), "attempts", attempts)
	}
	key := "spoken"
	if f.minutes > 0 {
		key = "spoken/minutes"
	}
	return w.Words.Sentence(words.Letters, key, "day", w.day(first), "time", w.passed(r.Received(), first),
		"conversations", w.Words.Count(f.conversations, "conversation"), "minutes", w.Words.Count(f.minutes, "minute"))
}

// passed says how long it took, in whole days.
func (w Wording) passed(from, to time.Time) string {
	return w.Words.Count(max(int(to.Sub(from)/(24*time.Hour)), 0), "day")
}
