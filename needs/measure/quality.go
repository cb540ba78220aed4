package measure

// quality returns the instruments of health-related and capability quality of
// life. Their indices come from a [ValueSet].
func quality() []Instrument {
	euroqol := Licence{Holder: "EuroQol Research Foundation", Terms: "registration, non-commercial use included; neither wording nor layout may be passed on or changed"}
	birmingham := Licence{Holder: "University of Birmingham", Terms: "free; register with the University of Birmingham; the wording is not shipped"}
	visual := []Scale{{Code: "vas", Items: []string{"vas"}, Method: Sum, Max: 100}}
	return []Instrument{
		{
			Code: "eq-5d-5l", Name: "EQ-5D-5L with visual analogue scale",
			Items: eq5d(5), Scales: visual, Licence: euroqol,
			Source: "EuroQol Research Foundation; levels 1, no problem, to 5",
		},
		{
			Code: "eq-5d-3l", Name: "EQ-5D-3L with visual analogue scale",
			Items: eq5d(3), Scales: visual, Licence: euroqol,
			Source: "EuroQol Research Foundation; levels 1, no problem, to 3",
		},
		{
			Code: "icecap-o", Name: "ICECAP-O, capability of older people",
			Items: attributes("attachment", "security", "role", "enjoyment", "control"), Licence: birmingham,
			Source: "Flynn et al 2008, Population Health Metrics 6:6; levels 1, no capability, to 4",
		},
		{
			Code: "icecap-a", Name: "ICECAP-A, capability of adults",
			Items: attributes("stability", "attachment", "autonomy", "achievement", "enjoyment"), Licence: birmingham,
			Source: "Flynn et al 2015, Health Economics 24:258; levels 1, no capability, to 4; supply its tariff as a ValueSet",
		},
	}
}

func eq5d(levels int) []Item {
	var items []Item
	for _, id := range []string{"mobility", "self-care", "activity", "pain", "anxiety"} {
		items = append(items, Item{ID: id, Min: 1, Max: levels})
	}
	return append(items, Item{ID: "vas", Min: 0, Max: 100})
}

func attributes(ids ...string) []Item {
	var items []Item
	for _, id := range ids {
		items = append(items, Item{ID: id, Min: 1, Max: 4})
	}
	return items
}
