package rule_test

import (
	"testing"

	"github.com/socialprescribing/sp/referral/fhir/rule"
)

func BenchmarkCheck(b *testing.B) {
	o := parse(b, referral)
	b.SetBytes(int64(len(referral)))
	for b.Loop() {
		rule.Check(o)
	}
}
