package needs

import "github.com/socialprescribing/sp"

// A Code names a kind of need, or of strength, in the words of a taxonomy. Most
// programs use those of [Standard]; the constants name the ones that programs
// speak of most, and every other can be written as a string.
type Code string

// The needs that link workers meet most. [Standard] has all of them.
const (
	Anxiety       Code = "anxiety"
	Benefits      Code = "benefits"
	Caring        Code = "caring"
	Debt          Code = "debt"
	DigitalSkills Code = "digital-skills"
	DomesticAbuse Code = "domestic-abuse"
	DomesticHelp  Code = "domestic-help"
	Employment    Code = "employment"
	Food          Code = "food"
	Grief         Code = "grief"
	Housing       Code = "housing"
	Inactivity    Code = "inactivity"
	Loneliness    Code = "loneliness"
	LowMood       Code = "low-mood"
	Transport     Code = "transport"
)

// System is the URI of the standard taxonomy as a code system.
const System = "https://github.com/socialprescribing/sp/needs"

// Concept returns c as a concept of the standard taxonomy, with its version. A
// code that the standard taxonomy lacks has no system: it means something only
// to whoever wrote it.
func (c Code) Concept() sp.Code { return Standard().Concept(c) }

// A Domain is one of the three sides of a person's life in the model that
// social prescribing works with. Source: Engel 1977, the biopsychosocial model.
type Domain string

// The three domains of the biopsychosocial model.
const (
	Biological    Domain = "biological"
	Psychological Domain = "psychological"
	Social        Domain = "social"
)
