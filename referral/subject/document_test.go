package subject_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/referral/subject"
)

func TestEverythingIsReadOutButWhatIsOthersOrHarms(t *testing.T) {
	w := populate(t, "P-1")
	q := subject.Request{Person: "P-1", As: subject.Self, Appeal: "ico.org.uk"}
	d, err := subject.Read(t.Context(), w.db(), subject.Kinds(), q)
	require.NoError(t, err)
	require.False(t, d.Complete, "nobody has looked at what may harm")
	text, err := d.JSON()
	require.NoError(t, err)
	require.NotContains(t, string(text), sister)
	require.NotContains(t, string(text), "bruise")
	require.Contains(t, string(text), canary)
	require.Contains(t, string(text), "bus "+canary, "what a scheme asks by itself")
	require.Contains(t, string(text), "feud "+canary, "and what is sensitive of it")
	require.Contains(t, string(text), `"ground": "third-party"`)
	require.NotContains(t, string(text), "opinion-needed", "which would tell of a concern")
	require.NotContains(t, string(text), "flags")

	q.Opinion = &subject.Opinion{By: sp.Actor{ID: "dr-khan", Role: sp.RoleReferrer}, Profession: "general-practitioner", Harmful: []subject.Ref{{Kind: "note", ID: "N-2"}}}
	d, err = subject.Read(t.Context(), w.db(), subject.Kinds(), q)
	require.NoError(t, err)
	require.True(t, d.Complete)
	text, err = d.JSON()
	require.NoError(t, err)
	require.NotContains(t, string(text), "bruise")
	require.NotContains(t, string(text), "serious-harm", "nor that something was withheld as harmful of that kind")
	require.Contains(t, d.Kept, subject.Ref{Kind: "note", ID: "N-2", Member: "versions"})

	q.Release = []subject.Ref{{Kind: "person", ID: "P-1", Member: "representatives"}}
	d, err = subject.Read(t.Context(), w.db(), subject.Kinds(), q)
	require.NoError(t, err)
	text, err = d.JSON()
	require.NoError(t, err)
	require.Contains(t, string(text), sister, "they agreed")

	q.As = subject.Parent
	d, err = subject.Read(t.Context(), w.db(), subject.Kinds(), q)
	require.NoError(t, err)
	require.Equal(t, subject.ChildExpects, d.Kept[subject.Ref{Kind: "voice", ID: "V-1", Member: "words"}])
	require.Equal(t, subject.ChildExpects, d.Kept[subject.Ref{Kind: "custom", ID: "person/P-1", Member: "sensitive"}])
	require.NotContains(t, d.Kept, subject.Ref{Kind: "custom", ID: "person/P-1", Member: "facts"})

	d, err = subject.Read(t.Context(), w.db(), subject.Kinds(), subject.Request{Person: "P-1", As: subject.Executor})
	require.NoError(t, err)
	require.Empty(t, d.Kept, "an executor sees all")
	d, err = subject.Read(t.Context(), w.db(), subject.Kinds(), subject.Request{Person: "P-1", As: subject.Claimant, Claim: []consent.Kind{consent.Attendance}})
	require.NoError(t, err)
	for _, p := range d.Parts {
		require.Equal(t, consent.Attendance, p.About)
	}
	require.NotContains(t, fmt.Sprintf("%v %+v", d, d), canary)
	_, err = subject.Read(t.Context(), w.db(), subject.Kinds(), subject.Request{Person: "P-9", As: subject.Self})
	require.ErrorIs(t, err, sp.ErrNotFound)
}
