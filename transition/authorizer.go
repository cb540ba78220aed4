package transition

import (
	"errors"
	"fmt"
	"slices"

	"github.com/socialprescribing/sp"
)

// TableOnly is the [Authorizer] that allows whatever the table allows.
type TableOnly struct{}

// Authorize implements [Authorizer].
func (TableOnly) Authorize(sp.Actor, Act) error { return nil }

// Roles returns an [Authorizer] for the aggregates of one table that allows each
// role the commands listed for it, and denies what is not listed, those of other
// tables too: join the authorizers of several tables by [OneOf]. It panics on a
// command that the table does not have: a typing mistake would otherwise decide
// who may do what.
//
//	may := transition.OneOf{
//		transition.Roles(referral.Table(), map[sp.Role][]referral.Command{sp.RoleReferrer: {referral.Receive}}),
//		transition.Roles(placement.Table(), map[sp.Role][]placement.Command{
//			sp.RoleProvider: {placement.Accept, placement.Decline},
//		}),
//	}
func Roles[S, C ~string](t Table[S, C], may map[sp.Role][]C) Authorizer {
	allowed := make(map[sp.Role]map[string]bool, len(may))
	for role, commands := range may {
		allowed[role] = make(map[string]bool, len(commands))
		for _, c := range commands {
			t.mustHave(c)
			allowed[role][string(c)] = true
		}
	}
	return only{t.Name, func(by sp.Actor, do Act) error {
		if allowed[by.Role][do.Command] {
			return nil
		}
		return sp.ErrDenied
	}}
}

// Only returns an [Authorizer] for the aggregates of one table with a function for
// each command, and denies what has none. It panics on a command that the table
// does not have.
//
//	may := transition.Only(referral.Table(), map[referral.Command]func(sp.Actor, transition.Act) error{
//		referral.Accept: func(_ sp.Actor, do transition.Act) error {
//			if do.To != "" && do.Has("need", "debt") && !trained[do.To] {
//				return fmt.Errorf("%s is not trained for debt: %w", do.To, sp.ErrDenied)
//			}
//			return nil
//		},
//	})
func Only[S, C ~string](t Table[S, C], may map[C]func(sp.Actor, Act) error) Authorizer {
	by := make(map[string]func(sp.Actor, Act) error, len(may))
	for c, f := range may {
		t.mustHave(c)
		by[string(c)] = f
	}
	return only{t.Name, func(who sp.Actor, do Act) error {
		if f := by[do.Command]; f != nil {
			return f(who, do)
		}
		return sp.ErrDenied
	}}
}

// only decides about the aggregates of one table.
type only struct {
	machine string
	may     func(sp.Actor, Act) error
}

func (o only) Authorize(by sp.Actor, do Act) error {
	if do.Machine != o.machine {
		return sp.ErrDenied
	}
	return o.may(by, do)
}

// OneOf is the [Authorizer] that allows what at least one of several allows, such as
// those of [Roles] for several tables. They are asked in order. Where none allows it,
// the error is the first that says more than [sp.ErrDenied]. An error that is not
// ErrDenied, such as of a database that could not be asked, is returned at once.
type OneOf []Authorizer

// Authorize implements [Authorizer].
func (o OneOf) Authorize(by sp.Actor, do Act) error {
	err := sp.ErrDenied
	for _, a := range o {
		switch e := a.Authorize(by, do); {
		case e == nil:
			return nil
		case !errors.Is(e, sp.ErrDenied): // it could not say
			return e
		case err == sp.ErrDenied: //nolint:errorlint // whether this very one says why
			err = e
		}
	}
	return err
}

// AllOf is the [Authorizer] that allows what every one of several allows. An empty AllOf
// allows nothing.
type AllOf []Authorizer

// Authorize implements [Authorizer].
func (o AllOf) Authorize(by sp.Actor, do Act) error {
	if len(o) == 0 {
		return sp.ErrDenied
	}
	for _, a := range o {
		if err := a.Authorize(by, do); err != nil {
			return err
		}
	}
	return nil
}

// mustHave panics on a command that no row has.
func (t Table[S, C]) mustHave(c C) {
	if !slices.ContainsFunc(t.Rows, func(r Row[S, C]) bool { return r.Command == c }) {
		panic(fmt.Sprintf("transition: a %s has no command %q", t.Name, string(c)))
	}
}
