package needs

import (
	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs/measure"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
)

// An Event is something that happened in an assessment. Events hold IDs, codes
// and numbers, and never anybody's words: the log that they stay in cannot be
// erased. Their stored names are part of the data and do not change.
type Event interface {
	EventType() store.EventType
	apply(a *Assessment, s sp.Stamp)
}

// What can happen in an assessment.
type (
	// Opened says that a link worker has begun the assessment of a person.
	Opened struct {
		Person person.ID `json:"person"`
	}

	// Identified says that a need or a strength was found.
	Identified struct {
		Need     ID       `json:"need"`
		Code     Code     `json:"code"`
		Taxonomy string   `json:"taxonomy"` // see [Taxonomy.Canonical]
		Strength bool     `json:"strength,omitempty"`
		Source   sp.Role  `json:"source,omitempty"`
		Since    sp.Date  `json:"since,omitzero"`
		Severity Severity `json:"severity,omitempty"`
	}

	// Rated says how severe a need is now.
	Rated struct {
		Need     ID       `json:"need"`
		Severity Severity `json:"severity"`
	}

	// Ordered says what matters most to the person.
	Ordered struct {
		Needs []ID `json:"needs"` // the most important first
	}

	// Measured holds a questionnaire that was filled in, or a score that was
	// entered. Answers are kept so that they can be scored again when rules change.
	Measured struct {
		Answers measure.Answers `json:"answers,omitempty"`
		Result  measure.Result  `json:"result"`
		Series  ID              `json:"series,omitempty"` // that it is for, with the point
		Point   string          `json:"point,omitempty"`
	}

	// SeriesPlanned says which questionnaires are asked, and when.
	SeriesPlanned struct {
		Series ID      `json:"series"`
		Asks   []Asked `json:"asks"`
		Points []Point `json:"points"`
	}

	// PointsSkipped says that nobody asks at some points of a series.
	PointsSkipped struct {
		Series ID       `json:"series"`
		Points []string `json:"points"`
		Reason string   `json:"reason"` // as a code
	}

	// Escalated says who has taken on an alert.
	Escalated struct {
		Alert string `json:"alert"` // code, such as "self-harm"
		To    string `json:"to"`    // whoever took it on, by ID
	}

	// GoalSet says that the person wants to reach something.
	GoalSet struct {
		Goal   ID      `json:"goal"`
		Needs  []ID    `json:"needs"`
		Review sp.Date `json:"review"`
	}

	// Reviewed says how far a goal has come.
	Reviewed struct {
		Goal    ID      `json:"goal"`
		Reached int     `json:"reached"`           // from 0 to 10, in the person's own judgement
		Outcome Outcome `json:"outcome,omitempty"` // if it ends
		Next    sp.Date `json:"next,omitzero"`     // if it goes on
	}

	// Resolved says what became of a need.
	Resolved struct {
		Need    ID      `json:"need"`
		Outcome Outcome `json:"outcome"`
		By      Means   `json:"by,omitempty"` // by what it was met; empty where it was not, or nobody recorded it
	}

	// Closed ends the assessment.
	Closed struct{}
)

// EventType returns the stored name.
func (Opened) EventType() store.EventType { return EventOpened }

// EventType returns the stored name.
func (Identified) EventType() store.EventType { return EventIdentified }

// EventType returns the stored name.
func (Rated) EventType() store.EventType { return EventRated }

// EventType returns the stored name.
func (Ordered) EventType() store.EventType { return EventOrdered }

// EventType returns the stored name.
func (Measured) EventType() store.EventType { return EventMeasured }

// EventType returns the stored name.
func (SeriesPlanned) EventType() store.EventType { return EventSeriesPlanned }

// EventType returns the stored name.
func (PointsSkipped) EventType() store.EventType { return EventPointsSkipped }

// EventType returns the stored name.
func (Escalated) EventType() store.EventType { return EventEscalated }

// EventType returns the stored name.
func (GoalSet) EventType() store.EventType { return EventGoalSet }

// EventType returns the stored name.
func (Reviewed) EventType() store.EventType { return EventReviewed }

// EventType returns the stored name.
func (Resolved) EventType() store.EventType { return EventResolved }

// EventType returns the stored name.
func (Closed) EventType() store.EventType { return EventClosed }

// eventTypes are all events, by their stored names.
var eventTypes = store.EventTypesOf[Event](
	Opened{}, Identified{}, Rated{}, Ordered{}, Measured{}, Escalated{}, GoalSet{}, Reviewed{},
	Resolved{}, Closed{}, SeriesPlanned{}, PointsSkipped{},
)

// DecodeEvent decodes the data of an event by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (Event, error) {
	return eventTypes.Decode(name, data)
}
