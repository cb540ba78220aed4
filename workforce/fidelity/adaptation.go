package fidelity

import (
	"encoding/json"
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// AdaptationKind is the kind of record under which adaptations are stored.
const AdaptationKind = "adaptation"

// A Part is one part of the model of social prescribing, as a code. A scheme adds its own.
type Part string

// The parts. They are this library's own choice, in the order of a person's way.
const (
	Routes       Part = "routes"        // who may refer, and how
	FirstContact Part = "first-contact" // how soon, and where
	Plan         Part = "plan"          // what matters to the person, agreed with them
	Contacts     Part = "contacts"      // how many, and for how long
	Connecting   Part = "connecting"    // to services, and going there with them
	FollowUp     Part = "follow-up"
	Feedback     Part = "feedback" // to whoever referred
	Supervision  Part = "supervision"
)

// A Change is what was done to a part.
type Change string

// The kinds of change that can be made to a part of the model.
const (
	Added     Change = "added"
	LeftOut   Change = "left-out"
	Shortened Change = "shortened"
	Extended  Change = "extended"
	Replaced  Change = "replaced"
)

// A Why is the reason of a change.
type Why string

// The reasons for which a part of the model is changed.
const (
	Access   Why = "access"   // so that people can come who could not
	Culture  Why = "culture"  // to fit who lives there
	Capacity Why = "capacity" // too few people or hours
	Funding  Why = "funding"
	Evidence Why = "evidence" // somebody found that it works better
	Wish     Why = "wish"     // people or partners asked for it
	Rules    Why = "rules"    // somebody ordered it
)

// An Adaptation is one change of the model that was made on purpose.
type Adaptation struct {
	ID     string  `json:"id"`
	Place  string  `json:"place,omitempty"` // ID of the site or partner where it holds; empty is everywhere
	Area   string  `json:"area,omitempty"`
	On     sp.Date `json:"on"`
	Part   Part    `json:"part"`
	Change Change  `json:"change"`
	Why    Why     `json:"why"`
	Again  sp.Date `json:"again,omitzero"` // when its effect is to be reviewed
	Kept   Verdict `json:"kept,omitempty"` // what the review decided; empty until there is one

	Words sp.Personal[string] `json:"-"` // what exactly is done, and why
}

// A Verdict is what became of an adaptation.
type Verdict string

// What a review can decide about an adaptation.
const (
	Kept    Verdict = "kept"
	Changed Verdict = "changed" // again; that is an adaptation of its own
	Undone  Verdict = "undone"
)

// EventType returns the stored name.
func (Adaptation) EventType() store.EventType { return "adaptation.noted" }

// adaptation is an Adaptation without its methods, and wireAdaptation what is stored of it.
type (
	adaptation     Adaptation
	wireAdaptation struct {
		adaptation

		Words sp.Plain[string] `json:"words,omitzero"`
	}
)

var adaptations = &record.Kind[Adaptation]{
	Name: AdaptationKind, By: []sp.Role{sp.RoleTeamLead, sp.RoleLinkWorker},
	Index: func(a Adaptation) record.Index {
		i := record.Index{ID: a.ID, Area: a.Area, Code: string(a.Part), On: a.On}
		if a.Kept == "" {
			i.Due = a.Again
		}
		return i
	},
	Check: func(a Adaptation, e *sp.InvalidError) {
		e.Check(!a.On.IsZero(), "on", sp.Missing, "must be known")
		e.CheckOptionalID(a.Place, "place")
		e.Check(sp.ValidCode(a.Part), "part", sp.Malformed, sp.CodeRule)
		e.Check(slices.Contains([]Change{Added, LeftOut, Shortened, Extended, Replaced}, a.Change), "change", sp.NotListed, "must be added, left-out, shortened, extended or replaced")
		e.Check(slices.Contains([]Why{Access, Culture, Capacity, Funding, Evidence, Wish, Rules}, a.Why), "why", sp.NotListed, "must be access, culture, capacity, funding, evidence, wish or rules")
		e.Check(a.Again.IsZero() || a.Again > a.On, "again", sp.Inconsistent, "must be after the day of the change")
		e.Check(slices.Contains([]Verdict{"", Kept, Changed, Undone}, a.Kept), "kept", sp.NotListed, "must be kept, changed or undone")
	},
	Body: func(a Adaptation) any { return wireAdaptation{adaptation(a), sp.Plain[string]{Personal: a.Words}} },
	Read: func(body []byte) (Adaptation, error) {
		var in wireAdaptation
		err := json.Unmarshal(body, &in)
		a := Adaptation(in.adaptation)
		a.Words = in.Words.Personal
		return a, err
	},
}

// Adapt returns the record of a change that is not stored yet. It is amended when its effect
// has been reviewed.
func Adapt(a Adaptation, s sp.Stamp) (*record.Record[Adaptation], error) {
	return adaptations.Write(a, s)
}

// Adaptations returns the changes that db keeps, found by area, by day, and by part as the code. Due
// ([record.Repository.Due]) are those that somebody is to look at again.
func Adaptations(db store.Driver) *record.Repository[Adaptation] { return adaptations.In(db) }

var events = store.EventTypesOf[store.Event](Adaptation{}, Review{}, record.Retracted{}, record.Erased{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
