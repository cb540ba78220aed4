package sp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
)

func TestInvalidErrorSaysWhereInAFormAFieldComesFrom(t *testing.T) {
	e := &sp.InvalidError{Subject: "person P-1", Fields: []sp.Field{{"contacts[0].value", sp.Missing, "must be given"}, {"born", sp.Untimely, "must be past"}}}
	form := strings.NewReplacer("contacts[0].value", "telephone")
	require.EqualError(t, e.Renamed("form", form.Replace), "form: invalid: telephone must be given; born must be past")
	require.ErrorIs(t, e.Renamed("form", form.Replace), sp.ErrInvalid)
	require.EqualError(t, e, "person P-1: invalid: contacts[0].value must be given; born must be past", "it is as it was")
}

func TestInvalidErrorListsEveryBrokenRule(t *testing.T) {
	e := &sp.InvalidError{Subject: "referral R-1007"}
	require.NoError(t, e.Err(), "nothing was checked")
	e.Check(true, "urgency", sp.Missing, "must be known")
	require.NoError(t, e.Err(), "every check passed")
	e.Check(false, "needs[2].severity", sp.OutOfRange, "must be from 0 to 10")
	e.Check(false, "", sp.Missing, "must have a person")

	err := fmt.Errorf("referral: receive: %w", e.Err())
	require.ErrorIs(t, err, sp.ErrInvalid)
	require.NotErrorIs(t, err, sp.ErrDenied)
	require.EqualError(t, err, "referral: receive: referral R-1007: invalid: needs[2].severity must be from 0 to 10; must have a person")
	got, ok := errors.AsType[*sp.InvalidError](err)
	require.True(t, ok)
	require.Equal(t, []sp.Field{{"needs[2].severity", sp.OutOfRange, "must be from 0 to 10"}, {"", sp.Missing, "must have a person"}}, got.Fields)

	require.EqualError(t, &sp.InvalidError{Fields: []sp.Field{{Rule: "must be known"}}}, "invalid: must be known")
	require.EqualError(t, &sp.InvalidError{}, "invalid")
}

func TestErrorsAreMadeAnew(t *testing.T) {
	_, first := sp.Pounds(1).Add(sp.NewMoney(1, sp.EUR))
	_, err := sp.Pounds(92_233_720_368_547_758).Add(sp.Pounds(1))
	invalid, ok := errors.AsType[*sp.InvalidError](err)
	require.True(t, ok)
	invalid.Fields[0].Rule = "changed by a caller"
	_, again := sp.Pounds(92_233_720_368_547_758).Add(sp.Pounds(1))
	require.NotContains(t, again.Error(), "changed")
	require.NotEqual(t, first.Error(), again.Error())
}

func TestIssuesSayWhereAndWhat(t *testing.T) {
	for want, issue := range map[string]sp.Issue{
		"services.csv:12: S-7: latitude: out of range (bad-latitude, warning)": {Severity: sp.Warning, File: "services.csv", Line: 12, Record: "S-7", Field: "latitude", Code: "bad-latitude", Detail: "out of range"},
		"services.json: name (missing, error)":                                 {Severity: sp.Error, File: "services.json", Field: "name", Code: "missing"},
		"line 3: trailing space (space, note)":                                 {File: "", Line: 3, Detail: "trailing space", Code: "space"},
		" (empty-file, error)":                                                 {Severity: 9, Code: "empty-file"},
	} {
		require.EqualError(t, issue, want)
		require.ErrorIs(t, issue, sp.ErrInvalid)
	}
	require.Less(t, sp.Note, sp.Warning)
	require.Less(t, sp.Warning, sp.Error)
}

func TestIssuesAreWrittenAsJSON(t *testing.T) {
	is := []sp.Issue{
		{Severity: sp.Warning, File: "services.csv", Line: 12, Record: "S-7", Field: "latitude", Code: "bad-latitude", Detail: "out of range"},
		{Severity: sp.Note, Code: "incomplete"},
		{Severity: sp.Error, Code: "empty-file"},
	}
	data, err := json.Marshal(is)
	require.NoError(t, err)
	require.Contains(t, string(data), `{"severity":"warning","file":"services.csv","line":12,"record":"S-7","field":"latitude","code":"bad-latitude","detail":"out of range"}`)
	var back []sp.Issue
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, is, back)
	require.ErrorIs(t, new(sp.Severity).UnmarshalText([]byte("fatal")), sp.ErrInvalid)
}
