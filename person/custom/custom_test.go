package custom_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/custom"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
	"github.com/socialprescribing/sp/store/seal"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ann  = sp.By(sp.Actor{ID: "ann", Role: sp.RoleLinkWorker}, noon)
)

// canary stands in every value that is told to nobody, so that a leak is found by
// searching for it.
const canary = "xylocarp"

var team = []consent.Audience{consent.SocialCare}

// bay returns a schema with a field of each kind.
func bay() *custom.Schema {
	return &custom.Schema{Namespace: "bay", Version: "2026-11", Fields: []custom.Field{
		{Key: "parks-at", Label: "Where they park", Of: custom.Person, Kind: custom.KindText, Audiences: team},
		{Key: "steps", Label: "Steps to the door", Of: custom.Person, Kind: custom.KindNumber, Audiences: team},
		{Key: "lift-until", Label: "Has a lift until", Of: custom.Person, Kind: custom.KindDate, Audiences: team},
		{Key: "blue-badge", Label: "Holds a blue badge", Of: custom.Person, Kind: custom.KindTruth, Audiences: []consent.Audience{consent.SocialCare, consent.Community}},
		{Key: "pet", Label: "Shares a home with", Of: custom.Person, Kind: custom.KindCode, Audiences: team, Options: []custom.Option{{"dog", "A dog"}, {canary, "A tortoise"}}},
		{Key: "afraid-of", Label: "Is afraid of", Of: custom.Person, Kind: custom.KindText, Sensitive: true, Audiences: team},
		{Key: "ward", Label: "The ward it came from", Of: custom.Referral, Kind: custom.KindText, Audiences: team},
	}}
}

// answers are a value for each field of a person.
func answers() custom.Values {
	return custom.Values{
		"parks-at": custom.Text("behind the " + canary), "steps": custom.Number(decimal.RequireFromString("12.5")),
		"lift-until": custom.Date(sp.NewDate(2026, 12, 24)), "blue-badge": custom.Truth(sp.Unknown), "pet": custom.Code(canary), "afraid-of": custom.Text(canary),
	}
}

var (
	june  = custom.Subject{Person: "P-55"}
	came  = custom.Subject{Person: "P-55", Referral: "R-7"}
	allow = named{"bay.afraid-of": true}
)

// named allows every field, and of what is sensitive only what it names, "*" being all.
type named map[string]bool

func (named) See(sp.Actor, person.ID, string) error { return nil }

func (n named) SeeSensitive(_ sp.Actor, _ consent.Audience, _ person.ID, name string) error {
	if n[name] || n["*"] {
		return nil
	}
	return fmt.Errorf("%s is not named: %w", name, sp.ErrDenied)
}

func record(t require.TestingT, of custom.Subject, values custom.Values) *custom.Record {
	r, err := custom.New(of)
	require.NoError(t, err)
	require.NoError(t, r.Set(bay(), values, ann))
	return r
}

// oneKey seals all with one key.
type oneKey struct{}

func (oneKey) Secret(context.Context, store.Record, string) (seal.Secret, error) {
	return seal.Secret{Name: "P-55", Key: make([]byte, 32)}, nil
}

// sealed returns a database that seals what it keeps.
func sealed() store.Driver { return store.Tenant(seal.Driver(memstore.New(), oneKey{}), "bay") }

// open returns what a record holds for somebody who may see all of it.
func open(t require.TestingT, r *custom.Record) map[custom.Key]string {
	seen, withheld := r.Read(bay(), ann.By, consent.SocialCare, named{"*": true})
	require.Empty(t, withheld)
	said := make(map[custom.Key]string)
	for k, v := range seen {
		said[k] = string(v.Kind()) + " " + v.Reveal()
	}
	return said
}

func TestValuesOfEveryKindComeBackAsTheyWereSet(t *testing.T) {
	ctx := t.Context()
	db := sealed()
	require.NoError(t, store.Save(ctx, db, record(t, june, answers()), record(t, came, custom.Values{"ward": custom.Text("B6")})))
	repo := custom.NewRepository(db)
	r, err := repo.Load(ctx, june.ID())
	require.NoError(t, err)
	require.Equal(t, map[custom.Key]string{
		"parks-at": "text behind the xylocarp", "steps": "number 12.5", "lift-until": "date 2026-12-24", "blue-badge": "truth unknown",
		"pet": "code xylocarp", "afraid-of": "text xylocarp",
	}, open(t, r))
	seen, _ := r.Read(bay(), ann.By, consent.SocialCare, allow)
	number, ok := seen["steps"].Number()
	require.True(t, ok && number.Equal(decimal.RequireFromString("12.5")))
	day, ok := seen["lift-until"].Date()
	require.True(t, ok && day == sp.NewDate(2026, 12, 24))
	require.Equal(t, sp.Unknown, seen["blue-badge"].Truth())
	require.Equal(t, sp.Yes, custom.Truth(sp.Yes).Truth())
	require.Equal(t, sp.No, custom.Truth(sp.No).Truth())
	require.Equal(t, sp.Unknown, custom.Text("yes").Truth(), "a text is no answer of yes or no")
	_, ok = seen["pet"].Date()
	require.False(t, ok)
	_, ok = seen["pet"].Number()
	require.False(t, ok)

	// Both records are found by the person, and each has its own fields.
	var ids []custom.ID
	for r, err := range repo.Of(ctx, "P-55") {
		require.NoError(t, err)
		ids = append(ids, r.Subject().ID())
	}
	require.Equal(t, []custom.ID{"person/P-55", "referral/R-7"}, ids)
}

func TestAValueIsSetTakenBackAndLeftAlone(t *testing.T) {
	db := sealed()
	r := record(t, june, answers())
	require.NoError(t, store.Save(t.Context(), db, r))
	require.NoError(t, r.Set(bay(), answers(), ann))
	batch, err := r.Pending()
	require.NoError(t, err)
	require.Empty(t, batch.Events, "nothing differs, so nothing is written")
	require.NoError(t, r.Set(bay(), custom.Values{"pet": {}, "steps": custom.Number(decimal.NewFromInt(3)), "blue-badge": custom.Truth(sp.Unknown)}, ann))
	batch, err = r.Pending()
	require.NoError(t, err)
	require.JSONEq(t, `{"v":1,"namespace":"bay","version":"2026-11","fields":2}`, string(batch.Events[0].Data))
	require.ErrorContains(t, r.Set(bay(), nil, ann), "not saved yet")
	require.NoError(t, store.Save(t.Context(), db, r))
	said := open(t, r)
	require.Equal(t, "number 3", said["steps"])
	require.NotContains(t, said, custom.Key("pet"))
	require.Equal(t, "text xylocarp", said["afraid-of"])
}

func TestAValueThatBreaksItsDeclarationIsRefusedByFieldAndRuleAndNeverRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		values custom.Values
		says   string
	}{
		"a field that nobody declared":     {custom.Values{"shoe": custom.Text(canary)}, "values.shoe must be a field that the schema declares for a person"},
		"a key that is no code":            {custom.Values{"June " + canary: custom.Text(canary)}, "values must be a field that the schema declares for a person"},
		"a field of referrals on a person": {custom.Values{"ward": custom.Text(canary)}, "values.ward must be a field that the schema declares for a person"},
		"a text for a number":              {custom.Values{"steps": custom.Text(canary)}, "values.steps must be a number"},
		"a code off the list":              {custom.Values{"pet": custom.Code("lion")}, "values.pet must be one of the options of the field"},
		"a code that is none":              {custom.Values{"pet": custom.Code("A " + canary)}, "values.pet must be a code of 1 to 64 characters"},
		"an empty text":                    {custom.Values{"parks-at": custom.Text(" ")}, "values.parks-at must be a text in UTF-8"},
		"a text that is not UTF-8":         {custom.Values{"parks-at": custom.Text("\xff" + canary)}, "values.parks-at must be a text in UTF-8"},
		"a text without an end":            {custom.Values{"parks-at": custom.Text(strings.Repeat("x", 4097))}, "of at most 4096 bytes"},
		"a redacted copy":                  {custom.Values{"parks-at": custom.Text("[personal]")}, "not a redacted copy"},
		"an unknown day":                   {custom.Values{"lift-until": custom.Date(0)}, "values.lift-until must be a day"},
		"a number out of bounds":           {custom.Values{"steps": custom.Number(decimal.New(1, 1_000_000_000))}, "values.steps must be a number of at most 18 digits"},
		"a number too fine":                {custom.Values{"steps": custom.Number(decimal.New(1, -10))}, "values.steps must be a number of at most 18 digits"},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, june, custom.Values{"pet": custom.Code("dog")})
			require.NoError(t, store.Save(t.Context(), sealed(), r))
			err := r.Set(bay(), c.values, ann)
			require.ErrorIs(t, err, sp.ErrInvalid)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), canary)
			require.NotContains(t, err.Error(), "lion")
			require.Equal(t, map[custom.Key]string{"pet": "code dog"}, open(t, r), "nothing changes")
		})
	}
	_, err := custom.Parse("sound", canary)
	require.ErrorContains(t, err, "must be text, number, date, truth or code")
	require.NotContains(t, err.Error(), canary)
}

func TestASchemaThatDeclaresNonsenseIsRefused(t *testing.T) {
	var none *custom.Schema
	require.ErrorIs(t, none.Check(), sp.ErrInvalid)
	require.NoError(t, bay().Check())
	for says, spoil := range map[string]func(*custom.Schema){
		"namespace must be a code":                func(s *custom.Schema) { s.Namespace = "" },
		"and have no dot":                         func(s *custom.Schema) { s.Namespace = "bay.north" },
		"version must be a code":                  func(s *custom.Schema) { s.Version = "" },
		"fields[0].key must be a code":            func(s *custom.Schema) { s.Fields[0].Key = "Parks at" },
		"with the namespace before it":            func(s *custom.Schema) { s.Fields[0].Key = custom.Key(strings.Repeat("x", 61)) },
		"fields[1].key must not come twice":       func(s *custom.Schema) { s.Fields[1].Key = "parks-at" },
		"fields[0].label must say":                func(s *custom.Schema) { s.Fields[0].Label = " " },
		"fields[0].of must be":                    func(s *custom.Schema) { s.Fields[0].Of = "place" },
		"fields[0].kind must be":                  func(s *custom.Schema) { s.Fields[0].Kind = "sound" },
		"fields[0].options must be there":         func(s *custom.Schema) { s.Fields[0].Options = []custom.Option{{"a", "A"}} },
		"fields[4].options must be there":         func(s *custom.Schema) { s.Fields[4].Options = nil },
		"fields[4].options[0].code must be":       func(s *custom.Schema) { s.Fields[4].Options[0].Code = "A dog" },
		"fields[4].options[1].code must not come": func(s *custom.Schema) { s.Fields[4].Options[1].Code = "dog" },
		"fields[4].options[1].label must say":     func(s *custom.Schema) { s.Fields[4].Options[1].Label = "" },
		"fields[0].audiences must name":           func(s *custom.Schema) { s.Fields[0].Audiences = nil },
		"fields[0].audiences[0] must be":          func(s *custom.Schema) { s.Fields[0].Audiences = []consent.Audience{"all"} },
	} {
		s := bay()
		spoil(s)
		require.ErrorContains(t, s.Check(), says)
		r, err := custom.New(june)
		require.NoError(t, err)
		require.ErrorContains(t, r.Set(s, nil, ann), says)
		seen, withheld := record(t, june, answers()).Read(s, ann.By, consent.SocialCare, allow)
		require.Empty(t, seen, says)
		require.NotEmpty(t, withheld, says)
	}
}

func TestACustomFieldIsReadByItsAudienceWithAPermissionAndNotOtherwise(t *testing.T) {
	r := record(t, june, answers())
	all := []custom.Key{"parks-at", "steps", "lift-until", "blue-badge", "pet", "afraid-of"}
	except := func(k custom.Key) (keys []custom.Key) {
		for _, x := range all {
			if x != k {
				keys = append(keys, x)
			}
		}
		return keys
	}
	simple := consent.Func(func(_ sp.Actor, of person.ID, field string) error {
		require.Equal(t, person.ID("P-55"), of)
		require.Regexp(t, `^bay\.`, field)
		return nil
	})
	denying := consent.Func(func(sp.Actor, person.ID, string) error { return sp.ErrDenied })
	for name, c := range map[string]struct {
		as   consent.Audience
		may  consent.Permission
		seen []custom.Key
	}{
		"with a permission that names what is sensitive": {consent.SocialCare, allow, all},
		"with a permission that names nothing":           {consent.SocialCare, named{}, except("afraid-of")},
		"with a permission that cannot name anything":    {consent.SocialCare, simple, except("afraid-of")},
		"by another audience":                            {consent.Community, allow, []custom.Key{"blue-badge"}},
		"by the person, whom no field names":             {consent.ThePerson, allow, nil},
		"by nobody in particular":                        {"", allow, nil},
		"without a permission":                           {consent.SocialCare, nil, nil},
		"with one that denies":                           {consent.SocialCare, denying, nil},
		// The table lets a link worker see what is sensitive.
		"under a policy that knows no such fields": {consent.SocialCare, reading(nil), []custom.Key{"afraid-of"}},
		"under a policy that is told of which kind one is": {
			consent.SocialCare, reading(map[string]consent.Kind{"bay.steps": consent.Needs}), []custom.Key{"afraid-of", "steps"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			seen, withheld := r.Read(bay(), ann.By, c.as, c.may)
			require.Len(t, withheld, len(all)-len(c.seen), "every field is seen or withheld")
			for _, k := range c.seen {
				require.Contains(t, seen, k)
			}
			for k, err := range withheld {
				require.NotContains(t, seen, k)
				require.ErrorIs(t, err, sp.ErrDenied)
				require.NotContains(t, err.Error(), canary)
			}
		})
	}
	empty, err := custom.New(june)
	require.NoError(t, err)
	_, withheld := empty.Read(bay(), ann.By, consent.SocialCare, named{})
	require.Contains(t, withheld, custom.Key("afraid-of"), "nobody can tell from it whether there is an answer")
	// What was sensitive when it was set stays so until it is set anew.
	s := bay()
	s.Fields[5].Sensitive = false
	_, withheld = r.Read(s, ann.By, consent.SocialCare, named{})
	require.Contains(t, withheld, custom.Key("afraid-of"))
}

// reading is the standard policy, with fields of a scheme, for the link worker of June.
func reading(fields map[string]consent.Kind) consent.Reading {
	p := consent.StandardPolicy()
	maps.Copy(p.Fields, fields)
	return consent.Reading{Policy: p, Purpose: consent.DirectCare, At: noon, Files: func(of person.ID) (*consent.File, error) {
		return &consent.File{Person: of, Nation: consent.England, Born: sp.Hide(sp.NewDate(1950, 5, 1))}, nil
	}}
}

func TestAFieldThatASchemaNoLongerDeclaresIsKeptAndComesBackWithIt(t *testing.T) {
	ctx := t.Context()
	db := sealed()
	r := record(t, june, answers())
	require.NoError(t, store.Save(ctx, db, r))
	less := bay()
	less.Version, less.Fields = "2027-01", less.Fields[:1]
	study := &custom.Schema{Namespace: "study", Version: "1", Fields: []custom.Field{{Key: "steps", Label: "Arm", Of: custom.Person, Kind: custom.KindText, Audiences: team}}}
	require.NoError(t, r.Set(less, custom.Values{"parks-at": custom.Text("the yard")}, ann))
	require.NoError(t, store.Save(ctx, db, r))
	require.NoError(t, r.Set(study, custom.Values{"steps": custom.Text("control")}, ann))
	require.NoError(t, store.Save(ctx, db, r))
	r, err := custom.NewRepository(db).Load(ctx, june.ID())
	require.NoError(t, err)
	seen, withheld := r.Read(less, ann.By, consent.SocialCare, allow)
	require.Len(t, seen, 1)
	require.Empty(t, withheld)
	require.Equal(t, []custom.Name{"bay.afraid-of", "bay.blue-badge", "bay.lift-until", "bay.pet", "bay.steps"}, r.Undeclared(less, study, nil))
	require.Equal(t, []custom.Name{"study.steps"}, r.Undeclared(bay()))
	was := open(t, r)
	require.Len(t, was, 6)
	require.Equal(t, "number 12.5", was["steps"], "and no other schema touched it")
	require.Equal(t, "text the yard", was["parks-at"])
}

func TestARecordOfCustomFieldsIsSavedOnlyWhereSomethingSeals(t *testing.T) {
	open := store.Tenant(memstore.New(), "bay")
	err := store.Save(t.Context(), open, record(t, june, answers()))
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.ErrorContains(t, err, "must be sealed")
	_, err = custom.NewRepository(open).Load(t.Context(), june.ID())
	require.ErrorIs(t, err, sp.ErrNotFound)
}

func TestAnErasedRecordOfCustomFieldsLeavesNothingButTheLog(t *testing.T) {
	ctx := t.Context()
	db := sealed()
	r := record(t, june, answers())
	require.NoError(t, store.Save(ctx, db, r))
	require.NoError(t, r.Erase(ann))
	require.NoError(t, store.Save(ctx, db, r))
	require.Equal(t, custom.Subject{}, r.Subject())
	require.ErrorContains(t, r.Set(bay(), answers(), ann), "is erased")
	require.ErrorContains(t, r.Erase(ann), "is erased")
	_, err := custom.NewRepository(db).Load(ctx, june.ID())
	require.ErrorIs(t, err, sp.ErrNotFound)
	for range custom.NewRepository(db).Of(ctx, "P-55") {
		t.Fatal("is still found by the person")
	}
	rec, err := db.Get(ctx, store.Key{Kind: custom.RecordKind, ID: string(june.ID())})
	require.NoError(t, err)
	require.JSONEq(t, `{"v":1,"erased":true}`, string(rec.Body))
	require.Empty(t, rec.Terms)
	require.ErrorIs(t, store.Save(ctx, db, record(t, june, answers())), sp.ErrExists)
	events := 0
	for e, err := range db.Log(ctx, "", "") {
		require.NoError(t, err)
		text := fmt.Sprintf("%+v %s", e, e.Data)
		require.NotContains(t, text, canary)
		require.NotContains(t, text, "afraid-of", "to have answered a field may say enough")
		_, err := custom.DecodeEvent(e.Type, e.Data)
		require.NoError(t, err)
		events++
	}
	require.Equal(t, 2, events)
	fresh, err := custom.New(june)
	require.NoError(t, err)
	require.ErrorContains(t, fresh.Erase(ann), "nothing to erase")
}

func TestCustomFieldsOfAnIDThatGivesSomebodyAwayAreRefused(t *testing.T) {
	for _, of := range []custom.Subject{{}, {Person: "9434765919"}, {Person: "P 1"}, {Person: "P-1", Referral: "R 1"}, {Person: "P-1", Referral: strings.Repeat("R", 200)}} {
		_, err := custom.New(of)
		require.ErrorIs(t, err, sp.ErrInvalid)
		require.NotContains(t, err.Error(), "9434765919")
	}
}

func TestNothingOfACustomFieldPrints(t *testing.T) {
	r := record(t, june, answers())
	for _, v := range []any{answers(), answers()["pet"], r, []any{answers(), r}, struct{ V custom.Values }{answers()}} {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		for _, said := range []string{fmt.Sprint(v), fmt.Sprintf("%#v %+v %q %d", v, v, v, v), string(data)} {
			require.NotContains(t, said, canary)
			require.NotContains(t, said, "afraid-of")
		}
	}
}
