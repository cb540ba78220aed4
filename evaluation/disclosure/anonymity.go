package disclosure

import (
	"fmt"
	"strings"

	"github.com/socialprescribing/sp"
)

// An Anonymity says how many people of a file cannot be told apart by what others
// may know of them.
type Anonymity struct {
	Rows     int
	Classes  int // kinds of people that look alike
	Smallest int // people in the smallest class; 0 for a file without rows
	Unique   int // rows that are the only one of their class
	Below    int // rows in classes of fewer than k
	K        int
}

// Holds reports whether every class has at least k people.
func (a Anonymity) Holds() bool { return a.Below == 0 }

// String returns the result without anything of the file.
func (a Anonymity) String() string {
	return fmt.Sprintf("%d rows in %d classes, the smallest of %d; %d unique, %d below %d", a.Rows, a.Classes, a.Smallest, a.Unique, a.Below, a.K)
}

// KAnonymity counts how many people of a file look alike: people is a row for each, with
// a column for everything that somebody may know of them from elsewhere, such as age
// band, sex, ethnicity and area. A value that is not known is a value like any other.
// Within the NHS k is commonly 5, for research 10. It fails with an error that is
// [sp.ErrInvalid] unless k is at least 2 and rows have the same number of columns.
//
// Source: Samarati & Sweeney 1998; Sweeney 2002, doi 10.1142/S0218488502001648.
func KAnonymity(people [][]string, k int) (Anonymity, error) {
	classes, err := classesOf(people, k)
	if err != nil {
		return Anonymity{}, err
	}
	a := Anonymity{Rows: len(people), Classes: len(classes), K: k}
	for _, members := range classes {
		n := len(members)
		if a.Smallest == 0 || n < a.Smallest {
			a.Smallest = n
		}
		if n == 1 {
			a.Unique++
		}
		if n < k {
			a.Below += n
		}
	}
	return a, nil
}

// LDiversity returns the least number of different sensitive values, such as needs,
// among people who look alike: with 1, whoever knows that somebody is in the file knows
// theirs. It is 0 for a file without rows. Sensitive has a value for each row. It fails
// as [KAnonymity] does.
//
// Source: Machanavajjhala and others 2007, doi 10.1145/1217299.1217302.
func LDiversity(people [][]string, sensitive []string) (int, error) {
	if len(people) != len(sensitive) {
		return 0, sp.Invalid("disclosure: l-diversity", "sensitive", sp.Inconsistent, "must be one for each row")
	}
	classes, err := classesOf(people, 2)
	if err != nil {
		return 0, err
	}
	least := 0
	for _, members := range classes {
		values := map[string]bool{}
		for _, i := range members {
			values[sensitive[i]] = true
		}
		if least == 0 || len(values) < least {
			least = len(values)
		}
	}
	return least, nil
}

// classesOf returns the rows of each class.
func classesOf(people [][]string, k int) (map[string][]int, error) {
	e := &sp.InvalidError{Subject: "disclosure: k-anonymity"}
	e.Check(k >= 2, "k", sp.OutOfRange, "must be at least 2")
	classes := map[string][]int{}
	for i, row := range people {
		if len(row) != len(people[0]) {
			e.Check(false, fmt.Sprintf("people[%d]", i), sp.Inconsistent, "must have as many columns as the first row")
			break
		}
		var key strings.Builder
		for _, value := range row {
			fmt.Fprintf(&key, "%d:%s", len(value), value)
		}
		classes[key.String()] = append(classes[key.String()], i)
	}
	if err := e.Err(); err != nil {
		return nil, err
	}
	return classes, nil
}
