package rule_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp/referral/fhir/rule"
)

// The rules of R4 and of the profile that the Task claims, beside the time that encoding/json
// takes to read its text into maps, which checks nothing.
func BenchmarkCheck(b *testing.B) {
	o := parse(b, referral)
	b.Run("rules", func(b *testing.B) {
		b.SetBytes(int64(len(referral)))
		for b.Loop() {
			rule.Check(o)
		}
	})
	b.Run("maps", func(b *testing.B) {
		b.SetBytes(int64(len(referral)))
		for b.Loop() {
			var v any
			require.NoError(b, json.Unmarshal([]byte(referral), &v))
		}
	})
}
