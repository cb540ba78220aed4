package letter

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/referral/crosswalk"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/reason"
	"github.com/socialprescribing/sp/referral/session"
)

// Fields that a permission is asked about, beside those that a placement discloses.
const (
	FieldStatus  = "status"  // how far it has come, and what happened there
	FieldService = "service" // which services; a message and a story tell nothing of placements without it
	FieldNeeds   = "needs"   // what they are for, and what is still there
	FieldStep    = "step"
	FieldReason  = "reason"  // why something was refused or ended
	FieldResult  = "result"  // what came of it
	FieldContact = "contact" // when and how often the person was spoken to
	FieldFlags   = "flags"   // concerns about somebody's safety; never told to the person's role
)

// A View is what one reader sees of a placement. A field that was withheld is
// empty, and Withheld names it.
type View struct {
	Placement placement.ID
	Status    string // in the reader's words; empty if they have none for it
	Lost      string // what Status does not express of the placement
	ReplyBy   time.Time
	Service   directory.ID
	Needs     []needs.Code
	Step      session.Step
	Reason    reason.Reason
	Result    needs.Result
	Told      []consent.Told // what the reader may see, and on which authority
	Withheld  []consent.Withheld
}

// Look returns what a reader sees of a placement, in the words of their dialect.
// The permission is asked about each field; nil withholds everything. If the
// reason is withheld, the word for the status is chosen as if there were no
// reason. If the needs are withheld, so are the needs in the result. What is sensitive by
// the standard taxonomy is told only where the permission names it for this reader and
// their audience: a mental health team is of [consent.Health], a choir of the community,
// and so is whoever is of none that is known. Whoever is not of the provider is told the
// service only where it tells no need that they may not see.
func Look(p *placement.Placement, dialect crosswalk.Dialect, reader sp.Actor, as consent.Audience, permission consent.Permission) View {
	may, told, withheld := ask(permission, reader, p.Person(), FieldStatus, FieldService, FieldNeeds, FieldStep, FieldReason, FieldResult)
	d := Wording{}.discretion(permission, reader, cmp.Or(as, consent.Community), p.Person())
	v := View{Placement: p.ID(), Withheld: append(withheld, d.withheld()...)}
	if whole := len(d.told(p.Needs())) == len(p.Needs()); !runs(reader, p) {
		v.Withheld = append(v.Withheld, d.names(may)...)
		may[FieldService] = may[FieldService] && (!may[FieldNeeds] || whole)
	}
	v.Told = may.only(told)
	if may[FieldStatus] {
		status := crosswalk.Of(p)
		if !may[FieldReason] {
			status.Reason = ""
		}
		v.Status, v.Lost = dialect.Say(status)
		if p.State() == placement.StateOffered {
			v.ReplyBy = p.Sent().ReplyBy
		}
	}
	if may[FieldService] {
		v.Service = p.Service()
	}
	if may[FieldNeeds] {
		v.Needs = d.told(p.Needs())
	}
	if may[FieldStep] {
		v.Step = p.Step()
	}
	if may[FieldReason] {
		v.Reason = p.Reason()
	}
	if may[FieldResult] {
		v.Result = p.Result()
		if v.Result.Unmet = d.told(v.Result.Unmet); !may[FieldNeeds] {
			v.Result.Unmet = nil
		}
	}
	return v
}

// runs reports whether a reader is of the provider, who knows what the service is.
func runs(reader sp.Actor, p *placement.Placement) bool {
	return reader.Role == sp.RoleProvider && (reader.ID == string(p.Provider()) || reader.For == string(p.Provider()))
}

// A sight is which fields a reader may see.
type sight map[string]bool

// only returns those of some fields that may be seen after all.
func (s sight) only(told []consent.Told) []consent.Told {
	return slices.DeleteFunc(told, func(t consent.Told) bool { return !s[t.Field] })
}

// ask asks about every field, whether or not there is anything in it, so that
// what is withheld does not tell what there is.
func ask(permission consent.Permission, reader sp.Actor, of person.ID, fields ...string) (may sight, told []consent.Told, withheld []consent.Withheld) {
	may = make(sight, len(fields))
	for _, field := range fields {
		err := see(permission, reader, of, field)
		if err == nil {
			a, answers := consent.AnswerOf(permission, reader, "", of, consent.Item{Field: field})
			if answers {
				err = a.Err()
			}
			if err == nil {
				told = append(told, consent.Told{Field: field, Answer: a})
			}
		}
		if may[field] = err == nil; err != nil {
			withheld = append(withheld, consent.Withheld{Field: field, Why: err})
		}
	}
	return may, told, withheld
}

func see(permission consent.Permission, reader sp.Actor, of person.ID, field string) error {
	switch {
	case permission == nil:
		return fmt.Errorf("no permission was supplied to ask: %w", sp.ErrDenied)
	case field == FieldFlags && reader.Role == sp.RolePerson:
		return fmt.Errorf("whoever reads along may be the one whom a concern is about: %w", sp.ErrDenied)
	default:
		return permission.See(reader, of, field)
	}
}
