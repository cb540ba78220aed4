package team

import (
	"slices"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/workforce/record"
)

// ThanksKind is the kind of record under which thanks are stored.
const ThanksKind = "thanks"

// A Giver is in which role somebody thanks a worker.
type Giver string

// The roles in which somebody can thank a worker.
const (
	ByPerson   Giver = "person"
	ByFamily   Giver = "family" // or friends
	ByReferrer Giver = "referrer"
	ByProvider Giver = "provider"
	ByTeam     Giver = "team" // somebody of their own
)

// A For is what somebody is thanked for, as a code.
type For string

// What workers are most often thanked for. Others are codes of the scheme.
const (
	ForListening For = "listening"
	ForHelp      For = "help" // something was found, sorted out, or put right
	ForPatience  For = "not-giving-up"
	ForChange    For = "a-change" // in somebody's life
	ForWork      For = "good-work"
)

// A Thanks is one time when somebody thanked a worker. The words themselves, on a card or in
// a message, stay where the embedding service keeps its documents.
type Thanks struct {
	ID       string              `json:"id"`
	On       sp.Date             `json:"on"`
	Worker   referral.WorkerID   `json:"worker"`
	From     Giver               `json:"from"`
	For      For                 `json:"for"`
	Referral referral.ID         `json:"referral,omitempty"`
	Document referral.DocumentID `json:"document,omitempty"` // the card or message
	Told     sp.Date             `json:"told,omitzero"`      // when it was taken back to the worker; zero is not yet
}

// EventThanked is the stored name of "somebody was thanked".
const EventThanked store.EventType = "thanks.noted"

// EventType returns the stored name.
func (Thanks) EventType() store.EventType { return EventThanked }

// TellWithin is how many days after somebody thanked a worker they are to know: this
// library's own choice.
const TellWithin = 7

var thanks = &record.Kind[Thanks]{
	Name: ThanksKind, By: []sp.Role{sp.RolePerson, sp.RoleReferrer, sp.RoleProvider, sp.RoleLinkWorker, sp.RoleTeamLead},
	Index: func(t Thanks) record.Index {
		i := record.Index{ID: t.ID, Worker: t.Worker, Code: string(t.From), On: t.On}
		if t.Told.IsZero() && !t.On.IsZero() {
			i.Due = t.On.Add(TellWithin)
		}
		return i
	},
	Check: func(t Thanks, e *sp.InvalidError) {
		e.Check(!t.On.IsZero(), "on", sp.Missing, "must be known")
		e.CheckID(string(t.Worker), "worker")
		e.Check(slices.Contains([]Giver{ByPerson, ByFamily, ByReferrer, ByProvider, ByTeam}, t.From), "from", sp.NotListed, "must be person, family, referrer, provider or team")
		e.Check(slices.Contains([]For{ForListening, ForHelp, ForPatience, ForChange, ForWork}, t.For), "for", sp.NotListed, "must be listening, help, not-giving-up, a-change or good-work")
		e.CheckOptionalID(string(t.Referral), "referral")
		e.CheckOptionalID(string(t.Document), "document")
		e.Check(t.Told.IsZero() || t.Told >= t.On, "told", sp.Untimely, "must not be before they were thanked")
	},
}

// Thank returns the record of thanks that were not recorded yet. Amend it with the day of
// Told when the worker knows.
func Thank(t Thanks, s sp.Stamp) (*record.Record[Thanks], error) { return thanks.Write(t, s) }

// Thanked returns the thanks that db keeps, found by worker, by day, and by [Giver] as the code.
// Due ([record.Repository.Due]) are those that the worker was not told of in time.
func Thanked(db store.Driver) *record.Repository[Thanks] { return thanks.In(db) }

var events = store.EventTypesOf[store.Event](Thanks{})

// DecodeEvent decodes the data of an event of the log by its stored name; see [store.EventTypes].
// What was taken back or erased is of package workforce/record.
func DecodeEvent(name store.EventType, data []byte) (store.Event, error) {
	return events.Decode(name, data)
}
