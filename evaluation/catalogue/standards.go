package catalogue

import (
	"strconv"

	"github.com/socialprescribing/sp/evaluation"
	"github.com/socialprescribing/sp/evaluation/stat"
)

// Standards are the times that indicators give people. They are choices of a scheme; the
// defaults are this library's. [evaluation.New] refuses indicators of a negative time,
// or of one beyond 36,525 days.
type Standards struct {
	ContactDays int // working days from receipt to first contact; 0 is 10
	BeginDays   int // days from receipt until help begins; 0 is 84
	StartDays   int // days from an offer to the first session; 0 is 84
	CourseDays  int // days from the first session to a completed course; 0 is 182

	LongWaitDays int // days after which a wait to be spoken to is long; 0 is 84
	ReachDays    int // days within which anybody is to be spoken to at all; 0 is 84
	FeedbackDays int // days from a closing until the referrer is told; 0 is 14
	ReadDays     int // days from a message, or from the closing, until the referrer has read it, or coded it; 0 is 28
	PayDays      int // days from an invoice until it is paid; 0 is 30
	FollowUpDays int // days from the first measurement within which there is a second; 0 is 182
	LongTermDays int // days after which a measurement shows what lasts; 0 is 365

	// Regression is what is known of how the scores of an indicator of change behave in such
	// people without any help, by its ID and in its unit, with the source. Without it the figure
	// says that nobody knows how much of the change would have come about anyway.
	Regression map[string]stat.Regression
}

func (s Standards) orDefault() Standards {
	for _, d := range []struct {
		days  *int
		value int
	}{
		{&s.ContactDays, 10},
		{&s.BeginDays, 84},
		{&s.StartDays, 84},
		{&s.CourseDays, 182},
		{&s.LongWaitDays, 84},
		{&s.ReachDays, 84},
		{&s.FeedbackDays, 14},
		{&s.ReadDays, 28},
		{&s.PayDays, 30},
		{&s.FollowUpDays, 182},
		{&s.LongTermDays, 365},
	} {
		if *d.days == 0 {
			*d.days = d.value
		}
	}
	return s
}

// All returns all indicators: first the headlines, of people and of needs, then what
// happened on the way.
func All(s Standards) []evaluation.Indicator { return append(Headlines(s), OnTheWay(s)...) }

// span writes a number with its noun: "1 day", "84 days".
func span(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

const (
	version = "2026-12"
	inError = "entered in error by the last day"
)
