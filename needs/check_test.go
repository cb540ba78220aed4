package needs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/needs"
)

func TestCodesThatTheTaxonomyDoesNotHaveAreRefusedWithTheNearest(t *testing.T) {
	const typo = "lonely" + "ness"
	check := func(taxonomy *needs.Taxonomy, codes ...needs.Code) []sp.Field {
		var e sp.InvalidError
		taxonomy.Check(&e, "reasons", codes)
		return e.Fields
	}
	require.Empty(t, check(nil, needs.Debt, needs.Loneliness))
	require.Equal(t, []sp.Field{{Path: "reasons[1]", Code: sp.NotListed, Rule: `must be a term of the taxonomy; the nearest is "loneliness"`}}, check(nil, needs.Debt, typo))
	require.Equal(t, []sp.Field{{Path: "reasons[0]", Code: sp.NotListed, Rule: "must be a term of the taxonomy"}}, check(nil, "quantum-entanglement"))
	own, issues := needs.ReadTaxonomy("bay", "1", strings.NewReader("code,kind,domain,display,definition\n"+typo+",need,social,x,y\n"), nil)
	require.Empty(t, issues)
	require.Empty(t, check(own, typo), "the taxonomy in use has it")
	require.Len(t, check(own, needs.Debt), 1)
}
