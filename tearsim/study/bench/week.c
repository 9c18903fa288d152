/* The weeks of a practice, in the order of `science/practice.py`, over tables: all that is asked here is translated from
   the science (`c_text.py`). This much is written by hand, since the science writes its week over lists of agents that
   grow and forget, for which C has nothing. */

typedef struct {
    int places, rooms, weeks;
    int people, rows, looking, followed, unused, vacated, free_places, in_therapy;
    Client *clients;       /* by row */
    Therapist *therapists; /* by room */
    Tally *counted;        /* by room */
    bool **left_before;    /* [row][room] */
    bool *left;
    int *seats, *turns, *vacant, *endings, *free_place; /* by place */
    int *is_looking, *is_followed, *is_unused; /* rows */
} Practice;

void *new_practice(int rooms, int places, int weeks)
{
    Practice *b = calloc(1, sizeof *b);
    size_t rows = (size_t)places * (size_t)(weeks + 1);
    b->places = places, b->rooms = rooms, b->weeks = weeks;
    b->clients = calloc(rows, sizeof *b->clients);
    b->therapists = calloc((size_t)rooms, sizeof *b->therapists);
    b->counted = calloc((size_t)rooms, sizeof *b->counted);
    b->left_before = calloc(rows, sizeof *b->left_before);
    b->left = calloc(rows * (size_t)rooms, sizeof *b->left);
    b->seats = calloc((size_t)places, sizeof(int)), b->turns = calloc((size_t)places, sizeof(int));
    b->vacant = calloc((size_t)places, sizeof(int)), b->endings = calloc((size_t)places, sizeof(int));
    b->is_looking = calloc(rows, sizeof(int)), b->is_followed = calloc(rows, sizeof(int));
    b->is_unused = calloc(rows, sizeof(int)), b->free_place = calloc((size_t)places, sizeof(int));
    for (size_t row = 0; row < rows; row++)
        b->left_before[row] = b->left + row * (size_t)rooms;
    return b;
}

void free_practice(void *practice)
{
    Practice *b = practice;
    free(b->clients), free(b->therapists), free(b->counted), free(b->left_before), free(b->left), free(b->seats);
    free(b->turns), free(b->vacant), free(b->endings), free(b->is_looking), free(b->is_followed), free(b->is_unused);
    free(b->free_place);
    free(b);
}

static void let_go(Practice *b, int row) { b->is_unused[b->unused++] = row; }

static void follow(Practice *b, int row, int week, Parameters *p)
{
    if (lives_is_followed(&b->clients[row], week, p))
        b->is_followed[b->followed++] = row;
    else
        let_go(b, row);
}

static void welcome_newcomer(Practice *b, int place, Parameters *p, ClientLuck *newcomers)
{
    int row = b->unused > 0 ? b->is_unused[--b->unused] : b->rows++, turn = b->turns[place]++;
    memset(b->left_before[row], 0, (size_t)b->rooms);
    b->people++;
    people_arrive(&b->clients[row], b->people, place, turn, p, &newcomers[turn * b->places + place]);
    b->seats[place] = row;
    b->in_therapy++;
}

static void open_doors(Practice *b, Parameters *p, ClientLuck *newcomers, TherapistLuck *holders)
{
    b->people = b->rows = b->free_places = b->looking = b->followed = b->unused = b->in_therapy = 0;
    memset(b->turns, 0, (size_t)b->places * sizeof(int));
    for (int room = 0; room < b->rooms; room++) {
        double years = people_years_at_start(p, &holders[room]);
        people_enter_practice(&b->therapists[room], room + 1, 0, years, p, &holders[room]);
    }
    for (int place = 0; place < b->places; place++)
        welcome_newcomer(b, place, p, newcomers);
}

static void hold_sessions(Practice *b, int week, Parameters *p, SessionLuck *luck)
{
    b->vacated = 0;
    for (int place = 0; place < b->places; place++) {
        if (b->seats[place] == FREE)
            continue;
        int room = place % b->rooms;
        Client *client = &b->clients[b->seats[place]];
        SessionLuck *row = &luck[places_luck_row(client, place, p)];
        Session s = compiled_week_attend(client, &b->therapists[room], week, p, row, &b->counted[room]);
        if (s.ending != GOES_ON) {
            b->endings[b->vacated] = s.ending;
            b->vacant[b->vacated++] = place;
        }
    }
}

static void live_on(Practice *b, int week, Parameters *p, SessionLuck *luck, Tally *t)
{
    int followed = b->followed;
    for (int k = 0; k < b->looking; k++) {
        Client *client = &b->clients[b->is_looking[k]];
        lives_live_outside(client, p, &luck[client->home]);
        places_look_on(client);
        if (lives_asked_now(client, week))
            tally_count_follow_up(t, client);
    }
    b->followed = 0;
    for (int k = 0; k < followed; k++) {
        int row = b->is_followed[k];
        Client *client = &b->clients[row];
        SessionLuck *lived = &luck[client->home];
        lives_live_outside(client, p, lived);
        if (lives_asked_now(client, week))
            tally_count_follow_up(t, client);
        if (lives_relapses(client, p, lived) && places_looks_again(client, p, lived))
            b->is_looking[b->looking++] = row;
        else
            follow(b, row, week, p);
    }
}

static void end_episodes(Practice *b, int week, Parameters *p, SessionLuck *luck, Tally *t)
{
    for (int k = 0; k < b->vacated; k++) {
        int place = b->vacant[k], row = b->seats[place];
        Client *client = &b->clients[row];
        b->seats[place] = FREE;
        b->free_place[b->free_places++] = place;
        b->in_therapy--;
        places_end_episode(client, b->endings[k], p, &luck[places_luck_row(client, place, p)]);
        if (b->endings[k] == LEFT)
            b->left_before[row][place % b->rooms] = true;
        if (client->standing == LOOKING) {
            b->is_looking[b->looking++] = row;
            continue;
        }
        if (client->standing == GAVE_UP)
            t->gave_up += 1.0;
        follow(b, row, week, p);
    }
}

static void fill_places(Practice *b, int week, Parameters *p, SessionLuck *luck, ClientLuck *newcomers, Tally *t)
{
    int looked = b->looking;
    b->free_places = places_match(b->clients, b->is_looking, looked, b->left_before, b->seats, b->free_place,
                                  b->free_places, b->therapists, luck, p, t);
    b->looking = 0;
    for (int k = 0; k < looked; k++) {
        int row = b->is_looking[k];
        Client *client = &b->clients[row];
        if (client->standing == IN_THERAPY) {
            b->in_therapy++;
        } else if (places_loses_patience(client, p)) {
            client->standing = GAVE_UP;
            t->gave_up += 1.0;
            follow(b, row, week, p);
        } else {
            b->is_looking[b->looking++] = row;
        }
    }
    if (p->arrivals == OPEN_PRACTICE) {
        for (int k = 0; k < b->free_places; k++)
            welcome_newcomer(b, b->free_place[k], p, newcomers);
        b->free_places = 0;
    }
}

static void retire(Practice *b, Parameters *p, TherapistLuck *holders)
{
    for (int room = 0; room < b->rooms; room++) {
        Therapist *therapist = &b->therapists[room];
        if (!lives_retires(therapist, p))
            continue;
        int holder = therapist->holder + 1;
        TherapistLuck *luck = &holders[holder * b->rooms + room];
        people_enter_practice(therapist, room + 1 + holder * b->rooms, holder, 0.0, p, luck);
        for (int row = 0; row < b->rows; row++)
            b->left_before[row][room] = false;
        for (int place = room; place < b->places; place += b->rooms)
            if (b->seats[place] != FREE && b->clients[b->seats[place]].sessions > 0)
                people_start_with_someone(&b->clients[b->seats[place]]);
    }
}

void live(void *practice, Parameters *p, SessionLuck *luck_of_sessions, TherapistWeekLuck *luck_of_weeks,
          ClientLuck *newcomers, TherapistLuck *holders, Tally *tallies)
{
    Practice *b = practice;
    open_doors(b, p, newcomers, holders);
    memset(tallies, 0, (size_t)b->weeks * sizeof *tallies);
    for (int week = 0; week < b->weeks; week++) {
        SessionLuck *luck = luck_of_sessions + (size_t)week * (size_t)b->places;
        Tally *t = &tallies[week];
        memset(b->counted, 0, (size_t)b->rooms * sizeof *b->counted);
        for (int room = 0; room < b->rooms; room++)
            lives_begin_week(&b->therapists[room], p, &luck_of_weeks[week * b->rooms + room]);
        hold_sessions(b, week, p, luck);
        live_on(b, week, p, luck, t);
        for (int room = 0; room < b->rooms; room++)
            lives_learn(&b->therapists[room], p);
        end_episodes(b, week, p, luck, t);
        fill_places(b, week, p, luck, newcomers, t);
        retire(b, p, holders);
        for (int room = 0; room < b->rooms; room++)
            tally_add_room(t, &b->counted[room]);
        t->in_therapy = b->in_therapy;
        t->looking = b->looking;
    }
}
