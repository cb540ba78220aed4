package partner

import (
	"fmt"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/referral/needs"
	"github.com/socialprescribing/sp/referral/pathway"
	"github.com/socialprescribing/sp/referral/person"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
)

// Fields that a permission is asked about, beside those that a placement discloses.
const (
	FieldStatus  = "status"
	FieldService = "service"
	FieldNeeds   = "needs"
	FieldStep    = "step"
	FieldReason  = "reason"
	FieldResult  = "result"
	FieldContact = "contact" // when and how often the person was spoken to
	FieldFlags   = "flags"   // concerns that were handed over
)

// A View is what one reader sees of a placement. A field that was withheld is
// empty and named.
type View struct {
	Placement placement.ID
	Status    string // in the reader's words; empty if they have none for it
	Lost      string // what their word does not say
	ReplyBy   time.Time
	Service   directory.ID
	Needs     []needs.Code
	Step      session.Step
	Reason    pathway.Reason
	Result    pathway.Result
	Withheld  []Withheld
}

// Withheld is a field that a reader may not see, and why.
type Withheld struct {
	Field string
	Why   error
}

// Look returns what a reader sees of a placement, in the words of their dialect.
// The permission is asked about each field; nil withholds everything.
func Look(p *placement.Placement, d Dialect, reader sp.Actor, permission pathway.Permission) View {
	v := View{Placement: p.ID()}
	ask := asker{permission, reader, p.Person(), &v.Withheld}
	if ask.may(FieldStatus) {
		v.Status, v.Lost = d.Say(Of(p))
		if p.State() == placement.StateOffered {
			v.ReplyBy = p.Sent().ReplyBy
		}
	}
	if ask.may(FieldService) {
		v.Service = p.Service()
	}
	if ask.may(FieldNeeds) {
		v.Needs = p.Needs()
	}
	if ask.may(FieldStep) {
		v.Step = p.Step()
	}
	if ask.may(FieldReason) {
		v.Reason = p.Reason()
	}
	if ask.may(FieldResult) {
		v.Result = p.Result()
	}
	return v
}

// An asker asks a permission about one reader and one person, and keeps what was
// refused.
type asker struct {
	permission pathway.Permission
	reader     sp.Actor
	of         person.ID
	withheld   *[]Withheld
}

func (a asker) may(field string) bool {
	err := fmt.Errorf("no permission was supplied to ask: %w", sp.ErrDenied)
	if a.permission != nil {
		err = a.permission.See(a.reader, a.of, field)
	}
	if err != nil {
		*a.withheld = append(*a.withheld, Withheld{field, err})
	}
	return err == nil
}
