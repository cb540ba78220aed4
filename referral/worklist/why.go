package worklist

import (
	"slices"

	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/concern"
)

// A Class says how soon something is to be done beside what is due on the same day: what is
// about somebody's safety, and then by urgency, which grows with waiting.
type Class string

// Safety is the class of what is about somebody's safety. The others are urgencies:
// "urgent", "soon" and "routine".
const Safety Class = "safety"

// rank is lower the sooner it is to be done.
func (c Class) rank() int {
	return slices.Index([]Class{Safety, Class(referral.Urgent), Class(referral.Soon), Class(referral.Routine)}, c)
}

// A Why is what makes a step the next one now.
type Why string

// Why something is next.
const (
	WhyNobodyAsked   Why = "nobody-asked"     // no team was asked yet to take the concern over
	WhyNoAnswer      Why = "no-answer"        // a team was asked, and has not said yes
	WhyBounced       Why = "bounced"          // a team said no, or nothing in time
	WhyAfterConcern  Why = "after-concern"    // a team has taken it over, and the person is to hear from somebody
	WhyAlert         Why = "alert"            // an answer in a questionnaire
	WhyConcernRaised Why = "concern-raised"   // of which the referrer hears on the same day
	WhyWithdrawal    Why = "withdrawal-asked" // by the person
	WhyWaits         Why = "waits"            // nobody has spoken to them properly
	WhyWorse         Why = "worse"            // they said so when they were rung
	WhySessionOver   Why = "session-over"     // and nobody has said whether they came
	WhySuggested     Why = "suggested"        // and not sent
	WhySent          Why = "sent"             // and not answered
	WhyHasDetails    Why = "has-details"      // they were told where to go, and nobody has heard whether they went
	WhyListed        Why = "wait-listed"      // by the provider, until a day that it gave
	WhySaidYes       Why = "said-yes"         // the provider, and nothing has begun
	WhyPlanned       Why = "planned"          // for that day
	WhySeries        Why = "series"           // of questionnaires
	WhyGoing         Why = "going"            // they go somewhere, and nobody has heard of it since
	WhyNothingGoes   Why = "nothing-goes"     // nothing was suggested yet
	WhyAllEnded      Why = "all-ended"        // everything that was suggested
	WhyNews          Why = "news"             // that the referrer has not been told
)

// concernWhy is why a step of a concern is next.
var concernWhy = map[concern.Step]Why{
	concern.StepOffer: WhyNobodyAsked, concern.StepChase: WhyNoAnswer, concern.StepEscalate: WhyBounced, concern.StepSpeak: WhyAfterConcern,
}
