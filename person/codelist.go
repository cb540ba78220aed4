package person

import (
	"embed"
	"encoding/csv"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/socialprescribing/sp"
)

// A CodeList is a list of answers as somebody has published it, at a date. It is
// immutable, so several goroutines may use it at once. Codes of another list, such as
// that of another nation, can be recorded beside it: state their system.
type CodeList struct {
	System  string // URI of the code system
	Version string // the publication that was read
	Source  string // who published it
	entries []listed
}

type listed struct {
	code   sp.Code
	answer string // "not-stated", "unknown", or empty for an answer
	band   string
}

//go:embed data/lists.csv data/activities.csv data/activity-crosswalk.csv
var tables embed.FS

// rows returns the rows of a shipped table below its header. A fault in one is a fault
// of this package.
func rows(name string) [][]string {
	f, err := tables.Open(name)
	var all [][]string
	if err == nil {
		all, err = csv.NewReader(f).ReadAll()
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		panic("person: " + err.Error())
	}
	return all[1:]
}

const dictionary = "https://www.datadictionary.nhs.uk/data_elements/"

// own is the URI of the code systems that this library proposes.
const own = "https://github.com/socialprescribing/sp/person/"

var codeLists = sync.OnceValue(func() map[string]*CodeList {
	lists := map[string]*CodeList{
		string(EthnicCategory):    {System: "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland", Version: "2001 census, 16+1", Source: "NHS Data Model and Dictionary, ETHNIC CATEGORY, read in November 2026"},
		string(GenderIdentity):    {System: dictionary + "gender_identity_code.html", Version: "2026-06", Source: "NHS Data Model and Dictionary, GENDER IDENTITY CODE, release of June 2026"},
		string(Belief):            {System: dictionary + "religious_or_other_belief_system_affiliation_group_code.html", Version: "2026-06", Source: "NHS Data Model and Dictionary, RELIGIOUS OR OTHER BELIEF SYSTEM AFFILIATION GROUP CODE, release of June 2026"},
		string(MaritalStatus):     {System: dictionary + "person_marital_status.html", Version: "2006-10", Source: "NHS Data Model and Dictionary, PERSON MARITAL STATUS, as the field marstat of Hospital Episode Statistics states it, read in November 2026"},
		string(SexualOrientation): {System: dictionary + "person_stated_sexual_orientation_code.html", Version: "2017-10", Source: "NHS Data Model and Dictionary, PERSON STATED SEXUAL ORIENTATION CODE, of information standard DCB2094, read in November 2026"},
		string(Disability):        {System: dictionary + "disability_code.html", Version: "2020-10", Source: "NHS Data Model and Dictionary, DISABILITY CODE, release of October 2020, read in November 2026"},
		"heard":                   {System: own + "heard", Version: "2026-11", Source: "proposed by this library"},
		"supplier":                {System: own + "supplier", Version: "2026-11", Source: "proposed by this library; suppliers of practices in Greater Manchester in November 2023"},
	}
	for _, row := range rows("data/lists.csv") {
		l := lists[row[0]]
		code := sp.Code{System: l.System, Version: l.Version, Code: row[1], Display: row[2]}
		l.entries = append(l.entries, listed{code, row[3], row[4]})
	}
	return lists
})

// HeardOf returns the ways in which people hear of a scheme. The list is a proposal of
// this library.
func HeardOf() *CodeList { return codeLists()["heard"] }

// Suppliers returns the suppliers of the systems that practices keep their records in.
// What a practice records, and can be told, differs by them.
func Suppliers() *CodeList { return codeLists()["supplier"] }

// All returns the codes in the order of their publication, with those that say that
// there is no answer.
func (l *CodeList) All() iter.Seq[sp.Code] {
	return func(yield func(sp.Code) bool) {
		for _, e := range l.entries {
			if !yield(e.code) {
				return
			}
		}
	}
}

// Find returns the code with a value, such as "A", and false if the list has none.
func (l *CodeList) Find(code string) (sp.Code, bool) {
	e, ok := l.entry(code)
	return e.code, ok
}

func (l *CodeList) entry(code string) (listed, bool) {
	i := slices.IndexFunc(l.entries, func(e listed) bool { return e.code.Code == code })
	if i < 0 {
		return listed{}, false
	}
	return l.entries[i], true
}

// Fact returns what a code of the list says: an answer, that somebody would rather not
// say, or nothing at all where it stands for "not known". It is false if the list has no
// such code. Use it where records come from elsewhere.
func (l *CodeList) Fact(code string) (Fact, bool) {
	e, ok := l.entry(strings.TrimSpace(code))
	switch {
	case !ok || e.answer == "unknown":
		return Fact{}, ok
	case e.answer == "not-stated":
		return Fact{NotStated: true}, true
	}
	return Fact{Code: e.code}, true
}
