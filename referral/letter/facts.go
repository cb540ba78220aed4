package letter

import (
	"fmt"
	"time"

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
	concerns      []string
}

func gather(c *referral.Case, w Wording) facts {
	var f facts
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
		case referral.Flagged:
			f.concerns = append(f.concerns, fmt.Sprintf("A %s concern (%s) was raised on %s.", words.Of(w.Words, x.Kind), x.Flag, w.day(e.Stamp.At)))
		case referral.HandOverOffered:
			f.concerns = append(f.concerns, fmt.Sprintf("%s was asked to take concern %s over on %s.", x.To, x.Flag, w.day(e.Stamp.At)))
		case referral.HandOverAnswered:
			f.concerns = append(f.concerns, fmt.Sprintf("Concern %s on %s: %s.", x.Flag, w.day(e.Stamp.At), answered(w, x)))
		case referral.HandedOver:
			f.concerns = append(f.concerns, fmt.Sprintf("Concern %s was taken over by %s on %s.", x.Flag, x.To, w.day(e.Stamp.At)))
		}
	}
	return f
}

// answered says what came of asking a team, other than its yes.
func answered(w Wording, x referral.HandOverAnswered) string {
	if x.Answer == concern.RaisedByMistake {
		return "it was raised by mistake, as a second person has found"
	}
	return string(x.By) + " " + words.Of(w.Words, x.Answer)
}

// contact says how the person was spoken to. Of a case that has ended, as far as
// the reader may know, it does not say "yet".
func (f facts) contact(r *referral.Referral, w Wording, at time.Time, ended bool) string {
	first := r.FirstContact()
	switch {
	case first.IsZero() && ended:
		return fmt.Sprintf("Not spoken to, after %s.", count(r.Attempts(), "attempt"))
	case first.IsZero():
		return fmt.Sprintf("Not spoken to yet, after %s and %s.", passed(r.Received(), at), count(r.Attempts(), "attempt"))
	}
	line := fmt.Sprintf("First spoken to on %s, after %s; %s", w.day(first), passed(r.Received(), first), count(f.conversations, "conversation"))
	if f.minutes > 0 {
		line += ", " + count(f.minutes, "minute") + " in all"
	}
	return line + "."
}

// passed says how long it took, in whole days.
func passed(from, to time.Time) string {
	if n := int(to.Sub(from) / (24 * time.Hour)); n > 0 {
		return count(n, "day")
	}
	return "less than a day"
}
