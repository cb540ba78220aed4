package duplicate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/geo"
	"github.com/socialprescribing/sp/person"
	"github.com/socialprescribing/sp/person/duplicate"
)

// someone is a record with what is given of: given name, family name, day of birth,
// telephone number, first line of the address, NHS number.
func someone(t *testing.T, id person.ID, given, family, born, phone, line, number string) person.Person {
	t.Helper()
	p := person.Person{ID: id, Name: sp.Hide(person.Name{Given: given, Family: family})}
	if born != "" {
		on, err := sp.ParseDate(born)
		require.NoError(t, err)
		p.Born = sp.Hide(on)
	}
	if phone != "" {
		p.Contacts = []person.Contact{{Value: sp.Hide(phone)}}
	}
	if line != "" {
		p.Address = sp.Hide(person.Address{Lines: []string{line}, Postcode: geo.Postcode("LA4 5AA")})
	}
	if number != "" {
		n, err := sp.ParseNHSNumber(number)
		require.NoError(t, err)
		p.NHSNumber = n
	}
	return p
}

const one, other = "943 476 5919", "999 000 0026" // valid, and nobody's

func TestCandidatesAreRecordsThatMayBeOfOnePerson(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b    [6]string
		reasons []duplicate.Reason
	}{
		"the same number, whatever else": {[6]string{"Ann", "Lee", "1950-01-02", "", "", one}, [6]string{"Anna", "Smith", "1950-02-01", "", "", one}, []duplicate.Reason{duplicate.NHSNumber}},
		"a name and a day of birth":      {[6]string{"Ann", "O’Neil", "1950-01-02"}, [6]string{"ann", "O'Neil", "1950-01-02"}, []duplicate.Reason{duplicate.Born, duplicate.Name}},
		"names the other way round":      {[6]string{"Wei", "Zhang", "1950-01-02"}, [6]string{"Zhang", "Wei", "1950-01-02"}, []duplicate.Reason{duplicate.Born, duplicate.Name}},
		"a name with a slip":             {[6]string{"Catherine", "Lee", "1950-01-02"}, [6]string{"Katherine", "Lee", "1950-01-02"}, []duplicate.Reason{duplicate.Born, duplicate.Similar}},
		"a name with a word more":        {[6]string{"Mo", "Khan", "1950-01-02"}, [6]string{"Mo Ali", "Khan", "1950-01-02"}, []duplicate.Reason{duplicate.Born, duplicate.Similar}},
		"a name, a telephone and a home": {[6]string{"Ann", "Lee", "", "01524 400400", "1 Shore Road"}, [6]string{"Ann", "Lee", "1950-01-02", "+44 1524 400400", "1, Shore Road"}, []duplicate.Reason{duplicate.Name, duplicate.Contact, duplicate.Address}},
		"twins":                          {[6]string{"Tom", "Lee", "1950-01-02", "01524 400400", "1 Shore Road"}, [6]string{"Tim", "Lee", "1950-01-02", "01524 400400", "1 Shore Road"}, nil},
		"father and son of one name":     {[6]string{"Tom", "Lee", "1950-01-02", "01524 400400", "1 Shore Road"}, [6]string{"Tom", "Lee", "1980-01-02", "01524 400400", "1 Shore Road"}, nil},
		"two numbers":                    {[6]string{"Ann", "Lee", "1950-01-02", "", "", one}, [6]string{"Ann", "Lee", "1950-01-02", "", "", other}, nil},
		"a name alone":                   {[6]string{"Ann", "Lee"}, [6]string{"Ann", "Lee"}, nil},
		"a household":                    {[6]string{"Ann", "Lee", "", "01524 400400", "1 Shore Road"}, [6]string{"Bob", "Lee", "", "01524 400400", "1 Shore Road"}, nil},
		"a day of birth alone":           {[6]string{"Ann", "Lee", "1950-01-02"}, [6]string{"Amy", "Ng", "1950-01-02"}, nil},
		"nothing is known of either":     {},
	} {
		t.Run(name, func(t *testing.T) {
			record := func(id person.ID, f [6]string) person.Person {
				return someone(t, id, f[0], f[1], f[2], f[3], f[4], f[5])
			}
			people := []person.Person{record("P-2", tt.b), record("P-1", tt.a)}
			pairs := duplicate.Candidates(people)
			if tt.reasons == nil {
				require.Empty(t, pairs)
				return
			}
			require.Len(t, pairs, 1)
			require.Equal(t, tt.reasons, pairs[0].Reasons)
			require.Equal(t, []person.ID{"P-1", "P-2"}, []person.ID{pairs[0].A, pairs[0].B})
			require.True(t, pairs[0].Score >= 60 && pairs[0].Score <= 100)
			require.NotContains(t, fmt.Sprintf("%+v", pairs), tt.a[1], "a pair names nobody")
		})
	}
}

func Example() {
	born := sp.Hide(sp.NewDate(1950, 1, 2))
	people := []person.Person{
		{ID: "P-1", Name: sp.Hide(person.Name{Given: "Catherine", Family: "O'Neil"}), Born: born},
		{ID: "P-2", Name: sp.Hide(person.Name{Given: "Katherine", Family: "O’Neil"}), Born: born},
	}
	for _, pair := range duplicate.Candidates(people) {
		fmt.Println(pair.A, pair.B, pair.Score, pair.Reasons)
	}
	// Output: P-1 P-2 60 [born similar-name]
}

func TestTheLikeliestPairComesFirst(t *testing.T) {
	a, b := someone(t, "P-1", "Ann", "Lee", "1950-01-02", "", "", one), someone(t, "P-2", "Ann", "Lee", "1950-01-02", "", "", one)
	c := someone(t, "P-0", "Ann", "Lee", "1950-01-02", "", "", "")
	pairs := duplicate.Candidates([]person.Person{c, b, a})
	require.Len(t, pairs, 3)
	require.Equal(t, person.ID("P-1"), pairs[0].A)
	require.Equal(t, 100, pairs[0].Score)
	require.Equal(t, pairs, duplicate.Candidates([]person.Person{a, b, c}), "in whatever order they are given")
}
