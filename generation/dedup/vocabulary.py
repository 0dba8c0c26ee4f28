"""The words that deduplication knows: fixed lists, so that every Python version makes the same hashes.

Changing a word here changes hashes: raise `index.VERSION` with it.
"""

# Names that mean the same wherever they stand free: keywords, builtins, common functions of the standard
# library. Left out: those that people also take for variables (count, index, id, input, product, add...).
FREE_NAMES = frozenset(
    """
__name__ abs accumulate aiter all and anext any arithmeticerror as ascii assert assertionerror async
attributeerror await baseexception bin bisect_left bisect_right blockingioerror bool break breakpoint
brokenpipeerror buffererror bytearray bytes byteswarning callable ceil childprocesserror chr class classmethod
cls cmp_to_key comb combinations compile complex connectionabortederror connectionerror connectionrefusederror
connectionreseterror continue dataclass def defaultdict del delattr deprecationwarning deque dict divmod
dropwhile elif ellipsis else encodingwarning enumerate environmenterror eoferror eval except exception exec exit
false fileexistserror filenotfounderror filter finally float floatingpointerror floor for format from
fromisoformat frozenset fsum futurewarning gcd generatorexit getattr global globals groupby hasattr hash heapify
heappop heappush heappushpop heapreplace help hex hypot if import importerror importwarning in indentationerror
indexerror inf insort insort_left insort_right int interruptederror ioerror is isadirectoryerror isclose
isinstance islice isnan isoformat isqrt issubclass iter keyboardinterrupt keyerror lambda lcm len list locals
lookuperror lru_cache map max memoryerror memoryview min modulenotfounderror namedtuple nameerror nan next
nlargest none nonlocal not notadirectoryerror notimplemented notimplementederror nsmallest object oct open or
ord ordereddict oserror overflowerror pairwise pass pendingdeprecationwarning perm permissionerror permutations
pow print processlookuperror property quit raise range recursionerror reduce referenceerror repr resourcewarning
return reversed round runtimeerror runtimewarning self set setattr slice sorted sqrt starmap staticmethod
stopasynciteration stopiteration str strftime strptime sum super syntaxerror syntaxwarning systemerror
systemexit taberror takewhile timedelta timeouterror true trunc try tuple type typeerror unboundlocalerror
unicodedecodeerror unicodeencodeerror unicodeerror unicodetranslateerror unicodewarning userwarning valueerror
warning while with yield zerodivisionerror zip zip_longest
""".split()
)

# Methods of builtin types, and of collections, that keep their meaning after a dot.
ATTRIBUTES = frozenset(
    """
add append appendleft as_integer_ratio bit_count bit_length capitalize casefold center clear conjugate copy
count decode denominator difference difference_update discard elements encode endswith expandtabs extend
extendleft find format format_map from_bytes fromhex fromkeys get hex imag index insert intersection
intersection_update is_integer isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier islower
isnumeric isprintable isspace issubset issuperset istitle isupper items join keys ljust lower lstrip maketrans
most_common move_to_end numerator partition pop popitem popleft real remove removeprefix removesuffix replace
reverse rfind rindex rjust rotate rpartition rsplit rstrip setdefault sort split splitlines startswith strip
swapcase symmetric_difference symmetric_difference_update title to_bytes total translate union update upper
values zfill
""".split()
)

# Words that rephrasing leaves alone but a sibling task swaps: an axis a line, its poles separated by bars,
# the synonyms of a pole by spaces.
POLES = """
ascending increasing rising | descending decreasing falling
max maximum largest biggest greatest highest longest most | min minimum smallest lowest shortest least fewest
first earliest leftmost oldest | last latest rightmost newest
inclusive including included | exclusive excluding excluded
before preceding | after following
above over exceeds exceed | below under
even | odd
prefix prefixes | suffix suffixes
rows row | columns column
clockwise | counterclockwise anticlockwise
union | intersection | difference
sum total | product | mean average | median
encode encodes | decode decodes
uppercase | lowercase
left | right
vowels vowel | consonants consonant
"""

# Words that say nothing of what a request is about.
STOPWORDS = frozenset(
    """
a an and any are as at be by code def each every following for from function given if in int into is it its list
no not of on or python return returns self str takes than that the then this to when where which with write
""".split()
)
