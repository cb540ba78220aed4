package person_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/person"
)

func TestAPersonKeepsNotStatedApartFromUnknown(t *testing.T) {
	for c, codes := range map[person.Characteristic]struct{ answer, notStated, unknown string }{
		person.EthnicCategory:    {"A", "Z", "99"},
		person.GenderIdentity:    {"3", "Z", "X"},
		person.Belief:            {"L", "M", "N"},
		person.MaritalStatus:     {"W", "N", ""},
		person.SexualOrientation: {"U", "Z", "9"},
		person.Disability:        {"NN", "ZZ", ""},
	} {
		list, ok := person.ListOf(c)
		require.True(t, ok, c)
		f, ok := list.Fact(codes.answer)
		require.True(t, ok)
		require.Equal(t, codes.answer, f.Code.Code)
		require.Equal(t, list.System, f.Code.System)
		f, ok = list.Fact(codes.notStated)
		require.True(t, ok)
		require.Equal(t, person.Fact{NotStated: true}, f)
		if codes.unknown != "" {
			f, ok = list.Fact(codes.unknown)
			require.True(t, ok)
			require.True(t, f.IsZero())
		}
		_, ok = list.Fact("?")
		require.False(t, ok)
		require.NotEmpty(t, list.Version)
		require.NotEmpty(t, list.Source)
	}
	for _, c := range []person.Characteristic{person.GenderReassignment, person.Pregnancy} {
		_, ok := person.ListOf(c)
		require.False(t, ok, "no list of %s could be verified", c)
	}
	asked := person.Equality{person.Pregnancy: {NotStated: true}, person.Belief: {}}
	require.Equal(t, map[person.Characteristic]string{person.Pregnancy: "not-stated"}, asked.Bands())
	require.Nil(t, person.Equality{}.Bands())
}

func TestAProfileTellsWhetherSomebodyIsDisabledAndNotHow(t *testing.T) {
	list, _ := person.ListOf(person.Disability)
	bands := map[string]int{}
	for code := range list.All() {
		f, ok := list.Fact(code.Code)
		require.True(t, ok)
		bands[person.Equality{person.Disability: f}.Bands()[person.Disability]]++
	}
	require.Equal(t, map[string]int{"disabled": 11, "not-disabled": 1, "not-stated": 1}, bands)
}

func TestTheEthnicCategoriesAreSixteenInFiveBands(t *testing.T) {
	list, _ := person.ListOf(person.EthnicCategory)
	bands := map[string]int{}
	total := 0
	for code := range list.All() {
		total++
		f, ok := list.Fact(code.Code)
		require.True(t, ok)
		for _, band := range (person.Equality{person.EthnicCategory: f}).Bands() {
			bands[band]++
		}
	}
	require.Equal(t, 18, total)
	require.Equal(t, map[string]int{"white": 3, "mixed": 4, "asian": 4, "black": 3, "other": 2, "not-stated": 1}, bands)
}

func TestAFactThatBreaksARuleIsRefusedWithoutARepetition(t *testing.T) {
	ethnic, _ := person.ListOf(person.EthnicCategory)
	equality := func(c person.Characteristic, f person.Fact) func(*person.Person) {
		return func(p *person.Person) { p.Equality = sp.Hide(person.Equality{c: f}) }
	}
	interests := func(list ...person.Interest) func(*person.Person) {
		return func(p *person.Person) { p.Circumstances = sp.Hide(person.Circumstances{Interests: list}) }
	}
	likes := person.Interest{Activity: "singing", Likes: sp.Yes}
	for name, tt := range map[string]struct {
		change func(*person.Person)
		path   string
	}{
		"a code that is not on the national list": {equality(person.EthnicCategory, person.Fact{Code: sp.Code{System: ethnic.System, Code: canary}}), "equality.ethnic-category"},
		"a code without its system":               {equality(person.EthnicCategory, person.Fact{Code: sp.Code{Code: "A"}}), "equality.ethnic-category"},
		"not stated as if it were an answer":      {equality(person.EthnicCategory, person.Fact{Code: sp.Code{System: ethnic.System, Code: "Z"}}), "equality.ethnic-category"},
		"not known as if it were an answer":       {equality(person.EthnicCategory, person.Fact{Code: sp.Code{System: ethnic.System, Code: "99"}}), "equality.ethnic-category"},
		"an answer that is not stated":            {equality(person.Belief, person.Fact{Code: sp.Code{Code: "C"}, NotStated: true}), "equality.belief"},
		"a fact that says nothing":                {equality(person.Pregnancy, person.Fact{}), "equality.pregnancy"},
		"a characteristic that is a sentence":     {equality(person.Characteristic(canary+" is"), person.Fact{NotStated: true}), "equality"},
		"a practice of another form":              {func(p *person.Person) { p.Registration = sp.Hide(person.Registration{Practice: canary + "!"}) }, "registration.practice"},
		"a supplier that is a sentence":           {func(p *person.Person) { p.Registration = sp.Hide(person.Registration{Supplier: canary}) }, "registration.supplier"},
		"how they heard as a sentence":            {func(p *person.Person) { p.Heard = "from " + canary }, "heard"},
		"an interest that is a sentence":          {interests(person.Interest{Activity: canary + " fan", Likes: sp.Yes}), "circumstances.interests[0].activity"},
		"neither a like nor a dislike":            {interests(person.Interest{Activity: "singing"}), "circumstances.interests[0].likes"},
		"a like and a dislike of the same":        {interests(likes, person.Interest{Activity: "singing", Likes: sp.No}), "circumstances.interests[1].activity"},
	} {
		t.Run(name, func(t *testing.T) {
			p := person.Person{ID: "P-1"}
			tt.change(&p)
			var invalid *sp.InvalidError
			require.ErrorAs(t, p.Check(today), &invalid)
			for _, f := range invalid.Fields {
				require.Equal(t, tt.path, f.Path)
			}
			require.NotContains(t, invalid.Error(), canary)
		})
	}
	p := jo(t)
	p.Heard = "bay:radio"
	p.Registration = sp.Hide(person.Registration{Supplier: "bay:own-system"})
	p.Equality = sp.Hide(person.Equality{person.EthnicCategory: {Code: sp.Code{System: "https://example.org/scotland", Code: "1A"}}})
	require.NoError(t, p.Check(today), "others have lists too")
}

func TestWhatAPersonLikesIsOneAnswer(t *testing.T) {
	c := jo(t).Circumstances.Reveal()
	require.Equal(t, []sp.Truth{sp.Yes, sp.No, sp.Unknown}, []sp.Truth{c.Likes("singing"), c.Likes("video-games"), c.Likes("gym")})
	c.Interests = append(c.Interests, person.Interest{Activity: "video-games", With: person.WithFamily, Likes: sp.Yes})
	require.Equal(t, sp.Yes, c.Likes("video-games"), "with somebody else")
}

func TestEveryActivityLeadsSomewhere(t *testing.T) {
	n := 0
	for code := range person.Activities() {
		require.True(t, sp.ValidCode(code.Code))
		require.NotEmpty(t, code.Display)
		if code.Code != "" {
			require.NotEmpty(t, person.Activity(code.Code).Concepts(), code.Code)
		}
		n++
	}
	require.Equal(t, 36, n)
	require.Nil(t, person.Activity("sleeping").Concepts())
	require.Equal(t, "Football", person.Activity("football").Concepts()[1].Display)
}

func TestAnODSCodeIsReadInCapitals(t *testing.T) {
	for text, want := range map[string]person.ODSCode{" p81001 ": "P81001", "A1": "A1", "RTX": "RTX", "": "", "P": "", "P-81001": "", "P81001P81001P": ""} {
		got, err := person.ParseODSCode(text)
		require.Equal(t, want, got, text)
		require.Equal(t, want == "", err != nil, text)
	}
}

// How somebody is recorded whom everybody counts, and what the counting sees.
func ExampleEquality() {
	ethnic, _ := person.ListOf(person.EthnicCategory)
	answer, _ := ethnic.Fact("J")
	p := person.Person{
		ID:           "P-55",
		Equality:     sp.Hide(person.Equality{person.EthnicCategory: answer, person.Belief: {NotStated: true}}),
		Registration: sp.Hide(person.Registration{Practice: "P81001", Supplier: "tpp"}),
		Circumstances: sp.Hide(person.Circumstances{Interests: []person.Interest{
			{Activity: "singing", With: person.SmallGroup, Likes: sp.Yes},
		}}),
	}
	profile := p.Profile(sp.NewDate(2026, 11, 23))
	fmt.Println(answer, profile.Equality[person.EthnicCategory], profile.Equality[person.Belief], profile.Practice)
	fmt.Println(profile.Likes("singing"), profile.Likes("gym"))
	// Output:
	// [personal] asian not-stated P81001
	// yes unknown
}
