package geo

import (
	"database/sql/driver"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/socialprescribing/sp"
	"github.com/socialprescribing/sp/internal/column"
)

// An Area names a statistical or administrative area by its code, such as a GSS
// code of the Office for National Statistics, and the year of the boundaries that
// the code belongs to. Codes of 2011 and 2021 look alike and do not mix, so the
// year is part of the name; 0 means that the source does not state it.
type Area struct {
	Code     string `json:"code"`
	Boundary int    `json:"boundary,omitempty"` // year, such as 2021; 0 is unknown
}

// ParseArea reads a code in any scheme: letters, digits, hyphens and dots, 32
// at most. Surrounding space is removed and letters become capitals.
func ParseArea(code string, boundary int) (Area, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	e := &sp.InvalidError{Subject: "area"}
	e.Check(code != "" && len(code) <= 32, "code", sp.WrongLength, "must have from 1 to 32 characters")
	for _, r := range code {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' {
			e.Check(false, "code", sp.Malformed, "must consist of letters, digits, hyphens and dots")
			break
		}
	}
	e.Check(boundary == 0 || boundary >= 1801 && boundary <= 2200, "boundary", sp.OutOfRange, "must be the year of the boundaries, or 0")
	if err := e.Err(); err != nil {
		return Area{}, err
	}
	return Area{Code: code, Boundary: boundary}, nil
}

// IsZero reports whether a is no area.
func (a Area) IsZero() bool { return a.Code == "" }

// GSS returns the entity prefix of a GSS code, such as "E01" for a lower layer
// super output area in England, and whether a has the form of one: a country
// letter and eight digits. Source: ONS, Register of Geographic Codes.
func (a Area) GSS() (entity string, ok bool) {
	if len(a.Code) != 9 || !strings.Contains("EWSNKJLM", a.Code[:1]) || !digits(a.Code[1:]) {
		return "", false
	}
	return a.Code[:3], true
}

// Within reports whether a home that lies in some areas lies in one of those that are
// served: Yes if the home lies in one of them. No if, for each served area, the home
// lies in a different area of the same kind and boundary year. Otherwise Unknown. Areas
// are of one kind if their GSS codes begin with the same entity, which also says the
// country; other codes can only be compared for equality. An unknown boundary year
// matches every year.
func Within(home, served []Area) sp.Truth {
	if len(served) == 0 {
		return sp.Unknown
	}
	answer := sp.No
	for _, a := range served {
		answer = answer.Or(a.holds(home))
	}
	return answer
}

// holds reports whether a home lies in a.
func (a Area) holds(home []Area) sp.Truth {
	entity, gss := a.GSS()
	answer := sp.Unknown
	for _, h := range home {
		other, ok := h.GSS()
		sameYear := h.Boundary == a.Boundary || h.Boundary == 0 || a.Boundary == 0
		switch {
		case !sameYear:
		case h.Code == a.Code:
			return sp.Yes
		case gss && ok && other == entity:
			answer = sp.No
		}
	}
	return answer
}

// String returns "E01012682 (2021)", the code alone if the year is unknown, or
// "unknown".
func (a Area) String() string {
	if a.IsZero() {
		return "unknown"
	}
	if a.Boundary == 0 {
		return a.Code
	}
	return a.Code + " (" + strconv.Itoa(a.Boundary) + ")"
}

// digits reports whether s consists of ASCII digits.
func digits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// MarshalText writes what [Area.String] returns, and no area as nothing.
func (a Area) MarshalText() ([]byte, error) {
	if a.IsZero() {
		return []byte{}, nil
	}
	return []byte(a.String()), nil
}

// UnmarshalText reads what MarshalText writes: a code, with the year of its boundaries
// in brackets behind it if that is known.
func (a *Area) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = Area{}
		return nil
	}
	code, year, dated := strings.Cut(string(text), " (")
	boundary := 0
	if dated {
		var err error
		year, closed := strings.CutSuffix(year, ")")
		if boundary, err = strconv.Atoi(year); err != nil || !closed || boundary == 0 {
			return sp.Invalid("area", "boundary", sp.Malformed, "must be the year of the boundaries in brackets, written as E01012682 (2021)")
		}
	}
	return a.take(code, boundary)
}

func (a *Area) take(code string, boundary int) error {
	v, err := ParseArea(code, boundary)
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// MarshalJSON writes an object with code and boundary.
func (a Area) MarshalJSON() ([]byte, error) {
	type object Area // without the methods, lest they call themselves
	return json.Marshal(object(a))
}

// UnmarshalJSON reads an object with code and boundary, and checks it as [ParseArea]
// does. An object without either is no area.
func (a *Area) UnmarshalJSON(data []byte) error {
	type object Area
	var v object
	if err := json.Unmarshal(data, &v); err != nil {
		return sp.Invalid("area", "", sp.WrongType, "must be an object with the text code and the number boundary")
	}
	if v == (object{}) {
		*a = Area{}
		return nil
	}
	return a.take(v.Code, v.Boundary)
}

// Value implements [driver.Valuer]: what MarshalText writes, and NULL for no area.
func (a Area) Value() (driver.Value, error) { return column.Value(a, a.IsZero()) }

// Scan implements sql.Scanner and reads what MarshalText writes. NULL is no area.
func (a *Area) Scan(src any) error { return scan("area", src, a) }
