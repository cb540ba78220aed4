package lives

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/referral/subject"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/transition"
)

// asked is what a scheme asks by itself.
var asked = &custom.Schema{Namespace: "bay", Version: "1", Fields: []custom.Field{
	{Key: "came-by", Label: "Came by", Of: custom.Person, Kind: custom.KindText, Audiences: []consent.Audience{consent.Health}},
	{Key: "ward", Label: "Ward", Of: custom.Referral, Kind: custom.KindText, Audiences: []consent.Audience{consent.Health}},
}}

// reply keeps what a scheme asks by itself of a person and of their first referral.
func reply(ctx context.Context, db store.Driver, of person.ID) error {
	for key, about := range map[custom.Key]custom.Subject{"came-by": {Person: of}, "ward": {Person: of, Referral: "R-" + string(of) + "-0"}} {
		r, err := custom.New(about)
		if err == nil {
			err = r.Set(asked, custom.Values{key: custom.Text("by bus, " + string(of))}, by(sp.RoleLinkWorker, start))
		}
		if err == nil {
			err = store.Save(ctx, db, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Run tests on a database that open makes that everything about a person is kept, read back,
// read out and erased, of several at once too, and of nobody else.
func Run(t *testing.T, open func(testing.TB) store.Driver) {
	t.Helper()
	ctx, db := t.Context(), Tenant(open(t))
	people := []person.ID{"P-1", "P-2", "P-3"}
	for _, of := range people {
		if _, err := Save(ctx, db, of, 2); err != nil {
			t.Fatal(err)
		}
		if err := reply(ctx, db, of); err != nil {
			t.Fatal(err)
		}
	}
	reader := sp.Actor{ID: "dr-khan", Role: sp.RoleReferrer}
	for _, of := range people {
		n := 0
		for r, err := range custom.NewRepository(db).Of(ctx, of) {
			if err != nil {
				t.Fatal(err)
			}
			seen, _ := r.Read(asked, reader, consent.Health, agreed{})
			for _, v := range seen {
				n++
				if v.Reveal() != "by bus, "+string(of) {
					t.Errorf("%s is read as something else than it was saved", r)
				}
			}
		}
		if n != 2 {
			t.Errorf("%d of 2 values of %s are read back", n, of)
		}
	}
	e := subject.Eraser{DB: db, May: transition.TableOnly{}}
	id := func(of person.ID) subject.ErasureID { return "E-" + subject.ErasureID(of) }
	for _, r := range e.EraseAll(ctx, people[:2], id, subject.RetentionOver, by(sp.RoleLinkWorker, start.AddDate(3, 0, 0)), nil) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	for _, of := range people {
		d, err := subject.Read(ctx, db, subject.Kinds(), subject.Request{Person: of, As: subject.Self})
		switch erased := slices.Contains(people[:2], of); {
		case erased && !errors.Is(err, sp.ErrNotFound):
			t.Errorf("something is left of %s: %v", of, err)
		case !erased && err != nil:
			t.Errorf("nothing can be read of %s: %v", of, err)
		case !erased:
			if text, err := d.JSON(); err != nil || strings.Count(string(text), "by bus, "+string(of)) != 2 {
				t.Errorf("the document of %s does not have what they answered: %v", of, err)
			}
		}
	}
}
