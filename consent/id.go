package consent

// What a decision can rest on has an ID that nothing else in the register of the person
// has, of whatever kind.
type (
	// A ChoiceID names the answer of somebody who was asked.
	ChoiceID string
	// An ObjectionID names what somebody does not want told.
	ObjectionID string
	// A DeedID names an override or a broken glass: what somebody did on their own word,
	// and somebody else reviews.
	DeedID string
	// An OrderID names a duty by a law or a court.
	OrderID string
	// A FindingID names what somebody found of whether the person can decide.
	FindingID string
)
