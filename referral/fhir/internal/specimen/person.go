// Package specimen makes what tests translate: invented people, permissions, services and
// plans, of which every part is at times missing.
package specimen

import (
	"math/rand/v2"
	"strconv"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/directory"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
)

// one returns one of some values.
func one[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// maybe reports true most of the time.
func maybe(r *rand.Rand) bool { return r.IntN(4) > 0 }

func day(r *rand.Rand) sp.Date { return sp.NewDate(1930, 1, 1).Add(r.IntN(35_000)) }

func truth(r *rand.Rand) sp.Truth { return one(r, sp.Unknown, sp.Yes, sp.No) }

// word returns words with what a codec may trip over.
func word(r *rand.Rand) string {
	return one(r, "Una", "O'Neill", "Zoë \"Zed\"", "a & b <c>", "Ann\nMay", "李", "-", "né\u2028e", "\\")
}

// number returns a valid NHS number of the range that is never issued.
func number(r *rand.Rand) sp.NHSNumber {
	for {
		n, err := sp.ParseNHSNumber("999" + strconv.Itoa(1_000_000+r.IntN(9_000_000)))
		if err == nil {
			return n
		}
	}
}

// Person returns a person.
func Person(r *rand.Rand) person.Person {
	p := person.Person{ID: person.ID(one(r, "P-55", "bay/P-1", "p@x", "P."+strconv.Itoa(r.IntN(1000))))}
	if maybe(r) {
		p.Name = sp.Hide(person.Name{Given: word(r), Family: word(r), Known: one(r, "", word(r)), Pronouns: one(r, "", "they/them")})
	}
	if maybe(r) {
		p.Born = sp.Hide(day(r))
	}
	if maybe(r) {
		p.NHSNumber = number(r)
	}
	if maybe(r) {
		p.Address = sp.Hide(person.Address{Lines: []string{word(r), word(r)}, Postcode: one(r, geo.Postcode(""), "LA4 5AB"), Areas: one(r, nil, []geo.Area{{}})})
	}
	for i := range r.IntN(4) {
		p.Contacts = append(p.Contacts, contact(r, i))
	}
	if maybe(r) {
		p.Channels = map[person.Channel]sp.Truth{person.Phone: truth(r), person.Text: truth(r), person.Letter: truth(r)}
	}
	if maybe(r) {
		p.Circumstances = sp.Hide(person.Circumstances{
			Gender:    one(r, person.Gender(""), person.Female, person.Male, person.OtherGender),
			Languages: one(r, nil, []directory.Language{"en"}, []directory.Language{"pl", "en"}), Interpreter: truth(r), Transport: person.Transport{Car: truth(r)},
		})
	}
	p.Equality = sp.Hide(equality(r))
	if maybe(r) {
		p.Registration = sp.Hide(person.Registration{Practice: "P12345", Supplier: one(r, "", "emis")})
	}
	p.Competent, p.Household, p.Heard = truth(r), one(r, "", person.HouseholdID("H-1")), one(r, "", "gp")
	return p
}

func contact(r *rand.Rand, i int) person.Contact {
	return person.Contact{
		Value: sp.Hide(one(r, "07700 90000", "someone@example.org") + strconv.Itoa(i)), Note: one(r, sp.Personal[string]{}, sp.Hide("ask for Jo")),
		Safe: map[person.Channel]sp.Truth{person.Phone: truth(r), person.Text: truth(r), person.Email: truth(r)}, Message: one(r, person.Leave(""), person.LeaveName),
	}
}

func equality(r *rand.Rand) person.Equality {
	facts := person.Equality{}
	for _, c := range []person.Characteristic{person.EthnicCategory, person.Belief, person.GenderIdentity, person.MaritalStatus, person.SexualOrientation, person.Disability, person.Pregnancy} {
		list, listed := person.ListOf(c)
		switch {
		case !maybe(r):
		case !listed:
			facts[c] = one(r, person.Fact{NotStated: true}, person.Fact{Code: sp.Code{System: "https://bay.example/codes", Code: "yes"}})
		default:
			var all []person.Fact
			for code := range list.All() {
				if f, ok := list.Fact(code.Code); ok && !f.IsZero() {
					all = append(all, f)
				}
			}
			facts[c] = one(r, all...)
		}
	}
	return facts
}

// Representative returns somebody who speaks for a person.
func Representative(r *rand.Rand) person.Representative {
	rep := person.Representative{
		Person: one(r, person.ID(""), "P-9"), Authority: one(r, person.ParentalResponsibility, person.PowerOfAttorney, person.Advocate, "bay/buddy"), Decides: truth(r),
	}
	if maybe(r) {
		rep.Name = sp.Hide(person.Name{Given: word(r), Family: word(r), Known: one(r, "", word(r))})
	}
	for i := range r.IntN(3) {
		rep.Contacts = append(rep.Contacts, contact(r, i))
	}
	if maybe(r) {
		start := day(r)
		rep.During = sp.Period{Start: start, End: one(r, sp.Date(0), start.Add(1+r.IntN(500)))}
	}
	return rep
}
