package repair

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/noise"
)

// reviews are sentences of a corpus in which a few names are frequent.
var reviews = strings.Split(strings.TrimSpace(`
I like the way this dress looks and the size is right for me
my Canon camera takes great pictures and the battery lasts for days
we had to return the shoes because they were too small
the color is not what I expected from the picture online
we ordered two shirts from Sephora and both of them fit well
thank you for the quick delivery and the great service
the screen of my phone was broken when the package arrived
John at the front desk was very kind and helped us with the order
I would not buy this product again because it broke after a week
the new Magento plugin works well and the price is fair
this is the best coffee I have ever had and it smells great
they should change the line at the waist of these jeans
our flight to Barcelona was late and they lost our luggage
the sound of the player is clear and it is easy to use
she said that those are the most comfortable shoes in her closet
please help me to find where I can change my card details
the doctor told me to take two of them each day with water
it took a month until I got an answer from the company
I bought a travel bag of this brand and it is really solid
there is no better place for a birthday party in our town`), "\n")

// names are of people, brands, drugs and places. None is in the vocabulary; many are
// an edit or two from a word of the corpus.
var names = strings.Fields(`Linke Loke Kline Cline Gour Grewal Karge Wirth Manya Shere Bhat Neel Buch Huber Mand Biggen Drewes Ghose
	Loos Zimmer Sama Finke Handa Dobes Datta Pant Plath Potts Roberson Kristi Katrin
	Mariah Desiree Bethan Bevan Cordova Cristian Jonathon Hartmann Whittaker Parrish Oconnell Mccarty Schmiedt Arora Ambien Zyrtec Xanax
	Lipitor Prilosec Nexium Lyrica Humira Plavix Cialis Asus Lenovo Fitbit Etsy Asos Everlane Athleta Pilcro Maeve Deletta Skoda Dacia
	Ghent Brno Szeged Turku Odense Truro Whitby Yonkers Hoboken Boise Fargo Racine Peoria Muncie Kokomo Duluth Tampere Aarhus Leuven
	Pheonix Colore Pricey Batterie Servicio Orderly Deliveroo Shoemaker Jeanne Priceton Watters Daye Weeks Weekes Bestow Companys Townes
	Greate Fairey Wright Rigth Smalls Wells Sizemore Lookes Takei Helping Placek Partee Cards Flighty Soundarya Playere Cleare Easie`)

// Names stay in texts full of typing errors, though words and frequent names are one
// edit away, and their errors are put right.
func TestNamesStay(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	spoil := noise.Typing(0.1)
	c := NewCounter()
	var noisy []string
	for range 40 {
		for _, s := range reviews {
			s = spoil(s, rng)
			noisy = append(noisy, s)
			c.Add(s)
		}
	}
	named := map[string]bool{"canon": true, "sephora": true, "magento": true, "barcelona": true}
	var vocabulary []string
	for _, w := range strings.Fields(strings.ToLower(strings.Join(reviews, " "))) {
		if !named[w] {
			vocabulary = append(vocabulary, w)
		}
	}
	r, err := c.Repairer(Options{Vocabulary: vocabulary})
	if err != nil {
		t.Fatal(err)
	}
	if r.ErrorRate() < noisyRate {
		t.Fatalf("the corpus is taken for clean: %v", r.ErrorRate())
	}
	within, start, tried := 0, 0, 0
	for i, name := range names {
		for k := range 5 {
			s := noisy[(31*i+160*k)%len(noisy)]
			head, tail, ok := strings.Cut(s, " ")
			if !ok {
				continue
			}
			tried++
			if got := r.Repair(head + " " + name + " " + tail).Text; !strings.Contains(got, " "+name+" ") {
				within++
				t.Logf("within: %q", got)
			}
			if got := r.Repair(name + " " + tail).Text; !strings.HasPrefix(got, name+" ") {
				start++
			}
		}
	}
	t.Logf("of %d names %d were changed within sentences, and %d where they begin", tried, within, start)
	if within > tried/100 {
		t.Errorf("%d of %d names are changed within sentences", within, tried)
	}
	if start > tried/6 { // most of them are an edit from a word of so small a corpus
		t.Errorf("%d of %d names are changed where sentences begin", start, tried)
	}
	for _, x := range [][2]string{ // frequent names and words are put right all the same
		{"the new Magentto plugin works", "the new Magento plugin works"}, {"the new aMgento plugin works", "the new Magento plugin works"},
		{"our flight to Barclona was late", "our flight to Barcelona was late"}, {"my CVanon camera", "my Canon camera"},
		{"Thjis is the best coffee", "This is the best coffee"}, {"Pleaase help me to find it", "Please help me to find it"},
		{"Our Flgiht To Barcelona Was Late And They Lost Our Lugggage", "Our Flight To Barcelona Was Late And They Lost Our Luggage"},
		{"the JavaScript of my iPhone and my iRobot", "the JavaScript of my iPhone and my iRobot"},
		{"the Ordre and the Dreess", "the Ordre and the Dreess"}, // may be names
		{"the Cannon color", "the Canon color"},                  // a rare name an edit from a frequent one is lost
	} {
		if got := r.Repair(x[0]).Text; got != x[1] {
			t.Errorf("%q: %q, want %q", x[0], got, x[1])
		}
	}
}
