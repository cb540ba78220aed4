package consent

import (
	"fmt"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

// A Question is something that has to be known about a person before anything is told of
// them to anybody.
type Question string

// What has to be known before anything is told.
const (
	WhenBorn   Question = "when-born"   // it may be a child for whom somebody else decides
	WhoDecides Question = "who-decides" // it is a child: who decides, or was the child found competent?
)

// Unanswered returns what has to be asked about a person on a day before anything is told
// of them. Nobody is refused help because of it: a child whose guardian nobody knows is
// received, and the guardian is found.
func Unanswered(p person.Person, n Nation, on sp.Date) []Question {
	if p.Competent == sp.Yes || p.Decided(on) == sp.Yes {
		return nil
	}
	age, known := person.AgeOn(p.Born.Reveal(), on).Lookup()
	switch {
	case !known:
		return []Question{WhenBorn}
	case age.Years() < DecidesFrom(n, AgreeToTell):
		return []Question{WhoDecides}
	}
	return nil
}

// AnswersFirst is a [Permission] that lets nothing be told of a person of whom a question
// is [Unanswered], whatever the permission within it allows. Link workers, who have to
// ask, see what it lets them see.
//
//	may := consent.AnswersFirst{Permission: rules, Questions: func(id person.ID) ([]consent.Question, error) {
//		r, err := people.Load(ctx, id)
//		if err != nil {
//			return nil, err
//		}
//		return consent.Unanswered(r.Person(), consent.England, today), nil
//	}}
type AnswersFirst struct {
	Permission Permission
	Questions  func(person.ID) ([]Question, error) // an error denies too
}

// See implements [Permission].
func (a AnswersFirst) See(reader sp.Actor, of person.ID, field string) error {
	if err := a.answered(reader, of); err != nil {
		return err
	}
	if a.Permission == nil {
		return fmt.Errorf("no permission was supplied to ask: %w", sp.ErrDenied)
	}
	return a.Permission.See(reader, of, field)
}

// Answer implements [AnsweringPermission], if the permission within is one: otherwise it
// names no authority.
func (a AnswersFirst) Answer(reader sp.Actor, as Audience, of person.ID, item Item) Answer {
	if a.answered(reader, of) != nil {
		return Answer{Reason: AskFirst, Letter: Never}
	}
	if answer, answers := AnswerOf(a.Permission, reader, as, of, item); answers {
		return answer
	}
	return Answer{Allow: a.Permission.See(reader, of, item.Field) == nil}
}

// SeeSensitive implements [SensitivePermission].
func (a AnswersFirst) SeeSensitive(reader sp.Actor, as Audience, of person.ID, need string) error {
	if err := a.answered(reader, of); err != nil {
		return err
	}
	return SeeSensitive(a.Permission, reader, as, of, need)
}

// SeeFlag implements [FlagPermission].
func (a AnswersFirst) SeeFlag(reader sp.Actor, as Audience, of person.ID, flag string) error {
	if err := a.answered(reader, of); err != nil {
		return err
	}
	return SeeFlag(a.Permission, reader, as, of, flag)
}

// AtStage implements [StagedPermission].
func (a AnswersFirst) AtStage(stage Stage, service string) Permission {
	a.Permission = AtStage(a.Permission, stage, service)
	return a
}

// Sensitive reports whether the permission within says that a need is; see [IsSensitive].
func (a AnswersFirst) Sensitive(need string) bool { return IsSensitive(a.Permission, need) }

func (a AnswersFirst) answered(reader sp.Actor, of person.ID) error {
	if reader.Role == sp.RoleLinkWorker {
		return nil
	}
	if a.Questions == nil {
		return fmt.Errorf("nobody can say what is unanswered about %s: %w", of, sp.ErrDenied)
	}
	open, err := a.Questions(of)
	switch {
	case err != nil:
		return fmt.Errorf("what is unanswered about %s is not known (%w): %w", of, err, sp.ErrDenied)
	case len(open) > 0:
		return fmt.Errorf("%s: %s must be answered first: %w", of, open[0], sp.ErrDenied)
	}
	return nil
}
