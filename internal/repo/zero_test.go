package repo

import (
	"context"
	"go/ast"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent/breach"
	"github.com/socialprescribing/sp/consent/register"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/directory/duplicate"
	"github.com/socialprescribing/sp/directory/place"
	"github.com/socialprescribing/sp/funding/grant"
	"github.com/socialprescribing/sp/needs"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	people "github.com/socialprescribing/sp/person/duplicate"
	"github.com/socialprescribing/sp/person/note"
	"github.com/socialprescribing/sp/referral"
	"github.com/socialprescribing/sp/referral/caseload"
	"github.com/socialprescribing/sp/referral/held"
	"github.com/socialprescribing/sp/referral/placement"
	"github.com/socialprescribing/sp/referral/session"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/referral/team"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/voice"
	"github.com/socialprescribing/sp/workforce"
	"github.com/socialprescribing/sp/workforce/record"
)

// zeroes are the zero value of everything that has commands or finds records.
func zeroes() map[string]any {
	all := make(map[string]any)
	for _, v := range []any{
		&register.Repository{}, &register.Register{}, &breach.Repository{}, &breach.Incident{},
		&directory.Repository{}, &place.Repository{}, &place.Places{}, &duplicate.Review{}, &duplicate.Reviews{}, &people.Review{}, &people.Reviews{},
		&grant.Fund{}, &grant.Award{},
		&needs.Repository{}, &needs.Assessment{}, &needs.PlanRecord{},
		&person.Repository{}, &person.Record{},
		&custom.Repository{}, &custom.Record{},
		&note.Repository{}, &note.Record{},
		&referral.Repository{}, &referral.Referral{}, &referral.Case{},
		&placement.Repository{}, &placement.Placement{}, &placement.Group{},
		&session.Repository{}, &session.Session{},
		&caseload.Repository{}, &caseload.HandOver{}, &record.Repository[team.Thanks]{},
		&held.Book{}, &subject.Protocol{},
		&voice.Repository{}, &voice.Record{},
		&record.Repository[workforce.Worker]{}, &record.Record[workforce.Worker]{},
	} {
		t := reflect.TypeOf(v).Elem()
		name, _, _ := strings.Cut(t.Name(), "[") // of what, if it is generic
		all[strings.TrimPrefix(t.PkgPath(), module+"/")+"."+name] = v
	}
	return all
}

// The list is complete: whatever is saved has a method Pending, and finds by a Repository.
func TestRepoZeroesAreAllThatHasCommandsOrFindsRecords(t *testing.T) {
	have := zeroes()
	for _, f := range folders(t) {
		if f.internal() || f.program() || strings.HasPrefix(f.path, "store") || strings.HasPrefix(f.path, "examples") {
			continue
		}
		for _, file := range f.shipped {
			for _, decl := range f.files[file].Decls {
				var found []string
				switch decl := decl.(type) {
				case *ast.FuncDecl:
					if decl.Recv != nil && decl.Name.Name == "Pending" && ast.IsExported(methodOf(decl)) {
						found = append(found, methodOf(decl))
					}
				case *ast.GenDecl:
					for _, spec := range decl.Specs {
						if s, ok := spec.(*ast.TypeSpec); ok && strings.HasSuffix(s.Name.Name, "Repository") {
							found = append(found, s.Name.Name)
						}
					}
				}
				for _, name := range found {
					if f.path != "aggregate" { // whose root is within all of them
						require.Contains(t, have, f.path+"."+name)
					}
				}
			}
		}
	}
}

func TestRepoZeroValuesAnswerAndTheirCommandsReturnErrors(t *testing.T) {
	stamp := sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, viewDay)
	commands := 0
	for name, zero := range zeroes() {
		typ := reflect.TypeOf(zero)
		for i := range typ.NumMethod() {
			method := typ.Method(i)
			for _, s := range []sp.Stamp{{}, stamp} {
				t.Run(name+"."+method.Name, func(t *testing.T) {
					fresh := reflect.New(typ.Elem())
					stamped, failed := call(t, fresh.Method(i), s)
					if !stamped || idle[name+"."+method.Name] != "" || !returnsError(method.Type) {
						return
					}
					commands++
					require.Error(t, failed)
					if c, ok := reflect.TypeAssert[store.Change](fresh); ok {
						b, err := c.Pending()
						require.True(t, b.IsZero() || err != nil, "a command of nothing wrote something")
					}
				})
			}
		}
	}
	require.Greater(t, commands, 150)
}

// idle lists the methods that have nothing to do where nothing is given, and why.
var idle = map[string]string{
	"directory/place.Repository.Restate": "there is nothing to restate of no offers",
	"directory/place.Repository.Rooms":   "there is nothing to look up of no offers",
	"needs.Repository.Worded":            "there are no goals in no assessments",
}

func returnsError(f reflect.Type) bool {
	return f.NumOut() > 0 && f.Out(f.NumOut()-1) == reflect.TypeFor[error]()
}

// call calls a method with zero arguments and a stamp, and returns whether it takes a
// stamp and the error that it returned or yielded.
func call(t *testing.T, f reflect.Value, s sp.Stamp) (stamped bool, err error) {
	t.Helper()
	var in []reflect.Value
	for arg := range f.Type().Ins() {
		switch {
		case f.Type().IsVariadic() && arg == f.Type().In(f.Type().NumIn()-1):
			continue
		case arg == reflect.TypeFor[context.Context]():
			in = append(in, reflect.ValueOf(t.Context()))
		case arg == reflect.TypeFor[sp.Stamp]():
			stamped = true
			in = append(in, reflect.ValueOf(s))
		case arg.String() == "fmt.State":
			return false, nil // fmt catches what panics
		default:
			in = append(in, reflect.Zero(arg))
		}
	}
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("it panics: %v", p)
		}
	}()
	for _, out := range f.Call(in) {
		switch {
		case out.Type() == reflect.TypeFor[error]() && !out.IsNil():
			err, _ = reflect.TypeAssert[error](out)
		case out.Kind() == reflect.Func && out.Type().CanSeq2() && !out.IsNil():
			for _, v := range out.Seq2() {
				if v.Type() == reflect.TypeFor[error]() && !v.IsNil() {
					err, _ = reflect.TypeAssert[error](v)
				}
			}
		case out.Kind() == reflect.Func && out.Type().CanSeq() && !out.IsNil():
			for range out.Seq() {
				continue
			}
		}
	}
	return stamped, err
}

func TestRepoRepositoriesWithoutADriverAnswerWithErrors(t *testing.T) {
	for name, zero := range zeroes() {
		v := reflect.ValueOf(zero)
		if !strings.HasSuffix(name, "Repository") {
			continue
		}
		for i := range v.NumMethod() {
			if idle[name+"."+v.Type().Method(i).Name] != "" {
				continue
			}
			t.Run(name+"."+v.Type().Method(i).Name, func(t *testing.T) {
				_, err := call(t, v.Method(i), sp.Stamp{})
				require.ErrorIs(t, err, sp.ErrInvalid)
			})
		}
	}
}

func TestRepoRefusesToSaveNothingAtAll(t *testing.T) {
	db := store.Tenant(memstore.New(), "bay")
	require.ErrorIs(t, store.Save(t.Context(), db, nil), sp.ErrInvalid)
	require.NoError(t, store.Save(t.Context(), nil, needs.New("A-1", nil)), "there is nothing to save")
	for name, zero := range zeroes() {
		c, ok := zero.(store.Change)
		if !ok {
			continue
		}
		none, _ := reflect.TypeAssert[store.Change](reflect.Zero(reflect.TypeOf(c)))
		require.ErrorIs(t, store.Save(t.Context(), db, none), sp.ErrInvalid, name)
		require.ErrorIs(t, store.Save(t.Context(), db, needs.New("A-1", nil), none), sp.ErrInvalid, name)
	}
}
