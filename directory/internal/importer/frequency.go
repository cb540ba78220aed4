package importer

import (
	"regexp"
	"strconv"
	"strings"
)

// frequencyWords are the words that mean one frequency only.
var frequencyWords = map[string]string{
	"ONCEAWEEK": "WEEKLY", "PERWEEK": "WEEKLY", "AWEEK": "WEEKLY", "WYTHNOSOL": "WEEKLY",
	"ONCEADAY": "DAILY", "PERDAY": "DAILY", "DYDDIOL": "DAILY",
	"ONCEAMONTH": "MONTHLY", "PERMONTH": "MONTHLY", "MISOL": "MONTHLY",
	"ANNUAL": "YEARLY", "ANNUALLY": "YEARLY", "ONCEAYEAR": "YEARLY", "PERYEAR": "YEARLY",
}

// periods are what frequencies count, in days, weeks, months or years.
var periods = map[string]struct {
	every string
	times int
}{
	"DAY": {"DAILY", 1}, "WEEK": {"WEEKLY", 1}, "MONTH": {"MONTHLY", 1}, "YEAR": {"YEARLY", 1},
	"FORTNIGHT": {"WEEKLY", 2}, "QUARTER": {"MONTHLY", 3}, "PYTHEFNOSOL": {"WEEKLY", 2},
}

// numbers are how feeds write how many of them lie between two sessions.
var numbers = map[string]int{
	"": 1, "OTHER": 2, "ALTERNATE": 2, "SECOND": 2, "2ND": 2, "TWO": 2, "THIRD": 3, "3RD": 3, "THREE": 3, "FOURTH": 4, "4TH": 4, "FOUR": 4, "FIVE": 5, "SIX": 6,
}

var (
	// everyPeriod is a frequency such as EVERY3WEEKS, ALTERNATEWEEKS or 2WEEKLY.
	everyPeriod = regexp.MustCompile(`^(?:ONCE)?(?:EVERY|EACH|ONCEA)?(\d{1,2}|OTHER|ALTERNATE|SECOND|2ND|TWO|THIRD|3RD|THREE|FOURTH|4TH|FOUR|FIVE|SIX)?(DAY|WEEK|MONTH|YEAR|FORTNIGHT|QUARTER|PYTHEFNOSOL)(?:S|LY)?$`)
	// everyDayNamed is one such as EVERYTUESDAY, EVERYOTHERTUESDAY or FIRSTTUESDAYOFTHEMONTH.
	everyDayNamed = regexp.MustCompile(`^(?:ON|THE)?(?:EVERY|EACH)?(OTHER|ALTERNATE)?(1ST|2ND|3RD|4TH|FIRST|SECOND|THIRD|FOURTH|LAST)?((?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)S?(OF(?:THE|EACH|EVERY)MONTH)?$`)
)

// frequency reads the words that mean one frequency only, and reports whether there were
// any. Biweekly and bimonthly have two meanings, of which the other days of the rule may
// leave one.
func frequency(values map[string]string) (changed bool) {
	word := withoutGaps.Replace(values["FREQ"])
	if plain := frequencyWords[word]; plain != "" {
		values["FREQ"] = plain
		return true
	}
	switch word {
	case "DAILY", "WEEKLY", "MONTHLY", "YEARLY":
		return false
	case "WEEKDAYS", "EVERYWEEKDAY":
		return onDays(values, "WEEKLY", 1, "MO,TU,WE,TH,FR")
	case "BIWEEKLY":
		return onceIn(values, "WEEKLY", len(values["BYDAY"]) == len("TU"))
	case "BIMONTHLY":
		one := values["BYDAY"] == "" && values["BYMONTHDAY"] != "" || values["BYMONTHDAY"] == "" && values["BYDAY"] != "" && strings.Trim(values["BYDAY"][:1], "-12345") == ""
		return onceIn(values, "MONTHLY", one && !strings.Contains(values["BYDAY"]+values["BYMONTHDAY"], ","))
	}
	if m := everyPeriod.FindStringSubmatch(word); m != nil {
		n, written := numbers[m[1]]
		if !written {
			n = figures(m[1])
		}
		return every(values, periods[m[2]].every, n*periods[m[2]].times)
	}
	if m := everyDayNamed.FindStringSubmatch(word); m != nil {
		day := dayNames[m[3]]
		switch nth := ordinals[m[2]]; {
		case nth != "" && m[4] != "" && m[1] == "":
			return onDays(values, "MONTHLY", 1, nth+day)
		case nth == "" && m[4] == "":
			return onDays(values, "WEEKLY", numbers[m[1]], day)
		}
	}
	return false
}

// every sets how often a rule repeats, unless its interval says something else.
func every(values map[string]string, period string, n int) bool {
	if stated := values["INTERVAL"]; n < 1 || stated != "" && stated != "1" && stated != strconv.Itoa(n) {
		return false
	}
	if values["FREQ"] = period; n > 1 {
		values["INTERVAL"] = strconv.Itoa(n)
	}
	return true
}

// onceIn reads what may mean twice in a period as once in two of them, where its days
// are one, so that it cannot be twice.
func onceIn(values map[string]string, period string, once bool) bool {
	return once && every(values, period, 2)
}

// onDays reads a frequency that names its days, if no others are stated.
func onDays(values map[string]string, period string, n int, days string) bool {
	stated := values["BYDAY"]
	if stated != "" && stated != days || values["BYMONTHDAY"] != "" || !every(values, period, n) {
		return false
	}
	values["BYDAY"] = days
	return true
}
