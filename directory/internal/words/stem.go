package words

// Stem returns what the plain forms of an English word share: "gardening", "gardens"
// and "gardened" become "garden", "caring" and "cares" become "care". It takes the
// steps of the Porter2 stemmer that undo inflection (1a, 1b, 1c) and the final e (5),
// and none of those that would join words of one origin and two meanings. A word with
// other letters than a to z stays as it is. Source: snowballstem.org, "The English
// (Porter2) stemming algorithm".
func Stem(w string) string {
	if len(w) < 3 {
		return w
	}
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return w
		}
	}
	w = singular(w)
	w = infinitive(w)
	if n := len(w); n > 2 && (w[n-1] == 'y' || w[n-1] == 'i') && !vowel(w, n-2) {
		return w[:n-1] + "i"
	}
	return withoutE(w)
}

// singular takes the plural off (step 1a).
func singular(w string) string {
	n := len(w)
	switch {
	case ends(w, "sses"):
		return w[:n-2]
	case ends(w, "ied"), ends(w, "ies"):
		if n > 4 {
			return w[:n-2]
		}
		return w[:n-1]
	case ends(w, "us"), ends(w, "ss"):
		return w
	case ends(w, "s") && hasVowel(w[:n-2]):
		return w[:n-1]
	}
	return w
}

// infinitive takes "ed" and "ing" off (step 1b).
func infinitive(w string) string {
	var stem string
	switch {
	case ends(w, "eed"):
		if len(w)-3 >= region(w) {
			return w[:len(w)-1]
		}
		return w
	case ends(w, "ed"):
		stem = w[:len(w)-2]
	case ends(w, "ing"):
		stem = w[:len(w)-3]
	default:
		return w
	}
	n := len(stem)
	switch {
	case !hasVowel(stem):
		return w
	case ends(stem, "at"), ends(stem, "bl"), ends(stem, "iz"):
		return stem + "e"
	case n > 1 && stem[n-1] == stem[n-2] && doubled(stem[n-1]):
		return stem[:n-1]
	case region(stem) >= n && shortEnd(stem):
		return stem + "e"
	}
	return stem
}

// withoutE takes a final e off, but not where it makes the vowel before it long (step 5).
func withoutE(w string) string {
	n := len(w)
	if w[n-1] != 'e' {
		return w
	}
	first := region(w)
	if second := first + region(w[min(first, n):]); n-1 >= second || n-1 >= first && !shortEnd(w[:n-1]) {
		return w[:n-1]
	}
	return w
}

func ends(w, suffix string) bool {
	return len(w) >= len(suffix) && w[len(w)-len(suffix):] == suffix
}

// doubled reports whether a letter is one that English doubles before an ending.
func doubled(c byte) bool {
	switch c {
	case 'b', 'd', 'f', 'g', 'm', 'n', 'p', 'r', 't':
		return true
	}
	return false
}

// vowel reports whether letter i of a word is one; y is where none stands before it.
func vowel(w string, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !vowel(w, i-1)
	}
	return false
}

func hasVowel(w string) bool {
	for i := range len(w) {
		if vowel(w, i) {
			return true
		}
	}
	return false
}

// region returns where the part of a word begins that follows the first consonant
// behind a vowel.
func region(w string) int {
	for i := 1; i < len(w); i++ {
		if !vowel(w, i) && vowel(w, i-1) {
			return i + 1
		}
	}
	return len(w)
}

// shortEnd reports whether a word ends in a short syllable: consonant, vowel and a
// consonant other than w, x and y, or a vowel and a consonant that are all of it.
func shortEnd(w string) bool {
	n := len(w)
	switch {
	case n == 2:
		return vowel(w, 0) && !vowel(w, 1)
	case n < 2:
		return false
	}
	c := w[n-1]
	return !vowel(w, n-3) && vowel(w, n-2) && !vowel(w, n-1) && c != 'w' && c != 'x' && c != 'y'
}
