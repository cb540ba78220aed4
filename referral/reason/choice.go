package reason

import "slices"

// A Choice is why somebody chose one service rather than another, or none of them, as
// a code. A scheme has others with a namespace, as in "bay:my-sister-goes". No national list
// was found: these are this library's.
type Choice string

// Why somebody chose a service.
const (
	ChoseNear     Choice = "near"
	ChoseTime     Choice = "time"       // of day, or the day of the week
	ChoseCost     Choice = "cost"       // it is free, or cheap
	ChoseSoon     Choice = "soon"       // it begins before others
	ChoseActivity Choice = "activity"   // they like what is done there
	ChoseCompany  Choice = "company"    // whom they meet there
	ChoseSmall    Choice = "small"      // few people
	ChoseKnown    Choice = "known"      // they have been there, or know somebody who goes
	ChoseLanguage Choice = "language"   // that is spoken there
	ChoseAccess   Choice = "access"     // they can get in, and be understood
	ChoseHelpToGo Choice = "help-to-go" // somebody comes along, or takes them
)

// Why somebody chose none of what they were shown.
const (
	NoneTooFar   Choice = "none-too-far"
	NoneTime     Choice = "none-time"
	NoneCost     Choice = "none-cost"
	NoneLater    Choice = "none-later"    // they wait too long for it
	NoneLiked    Choice = "none-liked"    // nothing that they like
	NoneCompany  Choice = "none-company"  // of people whom they would rather not meet
	NoneThinking Choice = "none-thinking" // they want to think about it
)

var (
	choseWhy = []Choice{ChoseNear, ChoseTime, ChoseCost, ChoseSoon, ChoseActivity, ChoseCompany, ChoseSmall, ChoseKnown, ChoseLanguage, ChoseAccess, ChoseHelpToGo}
	noneWhy  = []Choice{NoneTooFar, NoneTime, NoneCost, NoneLater, NoneLiked, NoneCompany, NoneThinking}
)

// Choices returns the reasons for a choice, or those for choosing none.
func Choices(chosen bool) []Choice {
	if chosen {
		return slices.Clone(choseWhy)
	}
	return slices.Clone(noneWhy)
}
