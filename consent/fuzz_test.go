package consent_test

import (
	"testing"
	"time"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/consent"
	"github.com/socialprescribing/sp/person"
)

// Whatever letters somebody sets, a table opens nothing that no table may, and what it
// refuses changes nothing.
func FuzzTable(f *testing.F) {
	for _, letters := range []string{"YYYAYYNAYY", "GNNNNNNNNN", "", "YYYYYYYYYX", "AAAANANAAA"} {
		f.Add(uint8(0), uint8(0), letters)
	}
	f.Fuzz(func(t *testing.T, to, purpose uint8, letters string) {
		table, before := consent.StandardTable(), consent.StandardTable()
		r, p := consent.Recipients()[int(to)%12], consent.Purposes()[int(purpose)%9]
		err := table.Set(r, p, letters)
		if err != nil && table != before {
			t.Fatal("it was refused and changed something")
		}
		for _, k := range consent.Kinds() {
			l := table.Letter(r, p, k)
			named := k == consent.Identity || k == consent.Contact || k == consent.Notes
			if l == consent.AggregateOnly && named || l == consent.Always && (r == consent.ToCommissioner || r == consent.ToResearcher) {
				t.Fatalf("%s %s %s: %s", r, p, k, l)
			}
		}
	})
}

// Whatever is on file and whatever is asked, a decision ends, denies what it does not know,
// has an authority where it tells, and prints nothing of the person.
func FuzzDecide(f *testing.F) {
	f.Add("bay/green", "provider", "direct-care", "contact", "", int64(0), uint8(0), uint8(1))
	f.Add("P-1", "person", "research", "flags", "crisis", int64(-9), uint8(3), uint8(2))
	f.Add("", "", "", "", "", int64(1)<<40, uint8(255), uint8(255))
	f.Fuzz(func(t *testing.T, to, as, purpose, kind, code string, hours int64, file, more uint8) {
		x := adult()
		if file&1 != 0 {
			x = child(int(file>>1) % 20)
		}
		x.Nation = []consent.Nation{consent.England, consent.Scotland, consent.Wales, consent.NorthernIreland, "", consent.Nation(code)}[int(file)%6]
		c := yes("P-1", consent.Themself)
		if more&1 != 0 {
			c = yes("P-2", person.ParentalResponsibility)
		}
		c.Refused = more&2 != 0
		c.Scope.To = append(c.Scope.To, to)
		x.Choices = []consent.Choice{c}
		if more&4 != 0 {
			x.Harm = []string{to}
		}
		if more&8 != 0 {
			x.Erased = true
		}
		if more&16 != 0 {
			x.Findings = []consent.Finding{finding(sp.Truth(file%3), consent.Standard(code))}
		}
		if more&32 != 0 {
			x.Last = noon.AddDate(1, 0, 0)
		}
		at := noon.Add(time.Duration(hours%1e6) * time.Hour)
		p := consent.StandardPolicy()
		q := consent.Ask{To: to, As: consent.Recipient(as), Purpose: consent.Purpose(purpose), Kind: consent.Kind(kind), Code: code, At: at}
		a := p.Decide(&x, q)
		if a.Allow != (a.Authority != "") || a.Allow && (x.Erased || len(x.Harm) > 0 && to != "") {
			t.Fatalf("%+v: %+v", q, a)
		}
		if again := p.Decide(&x, q); again != a {
			t.Fatalf("first %+v, then %+v", a, again)
		}
	})
}
