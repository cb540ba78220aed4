package person_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/store"
	"github.com/socialprescribing/sp/store/memstore"
)

func TestNothingAboutAPersonPrints(t *testing.T) {
	p := jo(t)
	record, err := person.Register(p, ann)
	require.NoError(t, err)
	profile := p.Profile(today)
	type wrapper struct{ hidden any }
	identity := []string{canary, "9434765919", "900123", "1959-03", "LA4 5AB", "54.07123", canary[:4]}
	facts := []string{"LA4", "54.07", "adjustforlownoise", "carers", "veterans", "female", "Pakistani", "asian", "hearing", "P81001", "singing"}
	for _, c := range []struct {
		name    string
		value   any
		secrets []string
	}{
		{"a person", p, append(facts, identity...)},
		{"a pointer to one", &p, append(facts, identity...)},
		{"a record", record, append(facts, identity...)},
		{"people", []person.Person{p}, append(facts, identity...)},
		{"people by name", map[string]any{"x": p}, append(facts, identity...)},
		{"a person in an unexported field", wrapper{p}, append(facts, identity...)},
		{"a record in an unexported field", wrapper{record}, append(facts, identity...)},
		{"a contact", p.Contacts[0], append(facts, identity...)},
		{"contacts", p.Contacts, append(facts, identity...)},
		{"representatives", p.Representatives, append(facts, identity...)},
		{"equality facts", p.Equality.Reveal(), append(facts, identity...)},
		{"a fact", p.Equality.Reveal()[person.EthnicCategory], append(facts, identity...)},
		{"a registration", p.Registration.Reveal(), append(facts, identity...)},
		{"an interest", p.Circumstances.Reveal().Interests, append(facts, identity...)},
		{"circumstances", p.Circumstances.Reveal(), append(facts, identity...)},
		{"a profile", profile, append(facts, identity...)},
		{"profiles", []*person.Profile{&profile}, append(facts, identity...)},
		{"a profile in an unexported field", wrapper{profile}, identity}, // fmt cannot call its methods there
		{"an error", fmt.Errorf("cannot place %v: %w", p, errors.New("full")), append(facts, identity...)},
	} {
		var text, js bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("x", slog.Group("g", "v", c.value), "w", c.value)
		slog.New(slog.NewJSONHandler(&js, nil)).Info("x", "v", c.value)
		outputs := []string{text.String(), fmt.Sprint(c.value), fmt.Sprintln(c.value)}
		for _, verb := range []string{"v", "s", "q", "x", "d", "e", "T"} {
			for _, flag := range []string{"", "+", "#", " ", "10"} {
				outputs = append(outputs, fmt.Sprintf("%"+flag+verb, c.value))
			}
		}
		for _, out := range outputs {
			for _, secret := range c.secrets {
				require.NotContains(t, out, secret, c.name)
				require.NotContains(t, out, fmt.Sprintf("%x", secret), c.name)
			}
		}
		for _, secret := range identity { // JSON of a profile shows facts, and never identity
			require.NotContains(t, js.String(), secret, c.name)
		}
	}
	require.Equal(t, "person P-55, profile of P-55", fmt.Sprintf("%v, %v", p, profile))
}

func TestMarshalledAPersonIsRedacted(t *testing.T) {
	out, err := json.Marshal(jo(t))
	require.NoError(t, err)
	for _, secret := range []string{canary, "9434765919", "900123", "1959", "LA4", "54.07", "lownoise"} {
		require.NotContains(t, string(out), secret)
	}
	// And what was redacted cannot be read back over the original.
	var p person.Person
	require.Error(t, json.Unmarshal(out, &p))
}

func TestAPersonIsReadFromPlainJSON(t *testing.T) {
	var p person.Person
	require.NoError(t, json.Unmarshal([]byte(`{"id":"P-1","name":{"given":"Ada"},"born":"1990-02-03","contacts":[{"value":"07700 900123","safe":{"text":"yes"}}],
		"address":{"postcode":"LA4 5AB"},"circumstances":{"languages":["en"],"ceiling":"0","groupSize":null}}`), &p))
	require.NoError(t, p.Check(today))
	require.Equal(t, "Ada", p.Name.Reveal().Given)
	profile := p.Profile(today)
	require.Equal(t, directory.Years(36)+9, profile.Age.Or(0))
	require.False(t, profile.Ceiling.IsZero())
	require.True(t, profile.GroupSize.IsZero())

	err := json.Unmarshal([]byte(`{"born":"`+canary+`"}`), &p)
	require.Error(t, err)
	require.NotContains(t, err.Error(), canary)
}

func TestTheEventsOfARecordHoldNoPersonalData(t *testing.T) {
	ctx := t.Context()
	db := store.Tenant(memstore.New(), "bay")
	record, err := person.Register(jo(t), ann)
	require.NoError(t, err)
	require.NoError(t, store.Save(ctx, db, record))
	changed := record.Person()
	changed.Contacts = nil
	require.NoError(t, record.Revise(changed, ann))
	require.NoError(t, store.Save(ctx, db, record))
	require.NoError(t, record.Erase(ann))
	require.NoError(t, store.Save(ctx, db, record))

	var log []string
	for event, err := range db.Log(ctx, "", "") {
		require.NoError(t, err)
		require.NotContains(t, fmt.Sprintf("%+v %s", event, event.Data), canary)
		log = append(log, fmt.Sprintf("%d %s %s %s", event.Version, event.Type, event.Stamp.By, event.Data))
	}
	require.Equal(t, []string{
		`1 person.registered link-worker ann {"v":1}`,
		`2 person.revised link-worker ann {"v":1,"fields":["contacts"]}`,
		`3 person.erased link-worker ann {"v":1}`,
	}, log)
}
