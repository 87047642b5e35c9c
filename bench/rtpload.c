/* Sound for calls that SIPp has set up: one UDP socket a side (callers, agents), 50 packets of G.711
 * a second each way a call. A packet carries its side, its stream, its number and when it was sent,
 * so loss and delay are measured from end to end.
 *
 * rtpload MEDIA_IP CALLER_PORT AGENT_PORT CALLER_LOG AGENT_LOG CALLS SECONDS WARM_UP_S
 *
 * The addresses to send to are read from SIPp's logs as they grow: ";C200;caller;IP PORT" of the
 * callers, ";AINV;agent;caller IP PORT" of the agents. Prints one line of JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CALLERS, AGENTS, SIDES, MOST = 4000, HEADER = 12, PAYLOAD = 160, SLOTS = 20, BATCH = 64 };
#define MS 1000000ull
#define SECOND (1000 * MS)
#define WAIT_S 120
static const char MAGIC[4] = "TLRP";

typedef struct { char magic[4]; uint32_t side, stream, number; uint64_t sent_at; } Mark;
typedef struct { struct sockaddr_in to; uint32_t number; uint64_t got; } Stream;

static Stream streams[SIDES][MOST];
static int known[SIDES], sockets[SIDES], measuring;
static uint64_t begun_at, sent, received, late20, late60, worst;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static int open_socket(const char *ip, int port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int room = 64 << 20, s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    inet_pton(AF_INET, ip, &at.sin_addr);
    setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(s, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    if (bind(s, (void *)&at, sizeof at)) { perror("bind"); exit(1); }
    return s;
}

/* Where a line of a log says that sound is wanted; 0 if it says nothing of it. */
static int address_in(const char *line, int side, char *ip, int *port) {
    const char *found = strstr(line, side == CALLERS ? ";C200;" : ";AINV;");
    if (!found || !(found = strchr(found + 6, ';'))) return 0;
    if (side == CALLERS) return sscanf(found + 1, "%63s %d", ip, port) == 2;
    return sscanf(found + 1, "%*s %63s %d", ip, port) == 2;
}

static void read_log(FILE *log, int side, int most) {
    char line[512], ip[64];
    int port;
    while (known[side] < most && fgets(line, sizeof line, log)) {
        if (!strchr(line, '\n')) { fseek(log, -(long)strlen(line), SEEK_CUR); break; }
        if (!address_in(line, side, ip, &port)) continue;
        struct sockaddr_in *to = &streams[side][known[side]++].to;
        to->sin_family = AF_INET;
        to->sin_port = htons(port);
        inet_pton(AF_INET, ip, &to->sin_addr);
    }
    clearerr(log);
}

static void arrived(const unsigned char *packet, unsigned length, int side, uint64_t at) {
    Mark mark;
    if (length < HEADER + sizeof mark) return;
    memcpy(&mark, packet + HEADER, sizeof mark);
    if (memcmp(mark.magic, MAGIC, 4) || (int)mark.side == side || mark.stream >= MOST) return;
    if (mark.sent_at < begun_at || !measuring) return;
    uint64_t took = at - mark.sent_at;
    streams[mark.side][mark.stream].got++;
    received++;
    late20 += took > 20 * MS;
    late60 += took > 60 * MS;
    if (took > worst) worst = took;
}

static void drain(int side) {
    static unsigned char room[BATCH][400];
    static struct mmsghdr messages[BATCH];
    static struct iovec parts[BATCH];
    int count;
    do {
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){room[i], sizeof room[i]};
            messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
        }
        count = recvmmsg(sockets[side], messages, BATCH, MSG_DONTWAIT, 0);
        uint64_t at = now();
        for (int i = 0; i < count; i++) arrived(room[i], messages[i].msg_len, side, at);
    } while (count == BATCH);
}

static void listen_until(uint64_t due) {
    for (uint64_t t; (t = now()) < due;) {
        struct pollfd both[SIDES] = {{sockets[0], POLLIN, 0}, {sockets[1], POLLIN, 0}};
        struct timespec rest = {(due - t) / SECOND, (due - t) % SECOND};
        if (ppoll(both, SIDES, &rest, 0) > 0) { drain(CALLERS); drain(AGENTS); }
    }
}

static void send_one(int side, int i) {
    static unsigned char packet[HEADER + PAYLOAD];
    Stream *s = &streams[side][i];
    Mark mark = {{0}, side, i, s->number, now()};
    uint16_t number = htons((uint16_t)s->number);
    uint32_t stamp = htonl(s->number * PAYLOAD), source = htonl(0x1000 + side * 100000 + i);
    memcpy(mark.magic, MAGIC, 4);
    memset(packet, 0xff, sizeof packet);
    packet[0] = 0x80;
    packet[1] = 0;
    memcpy(packet + 2, &number, 2);
    memcpy(packet + 4, &stamp, 4);
    memcpy(packet + 8, &source, 4);
    memcpy(packet + HEADER, &mark, sizeof mark);
    sendto(sockets[side], packet, sizeof packet, 0, (void *)&s->to, sizeof s->to);
    s->number++;
    sent += mark.sent_at >= begun_at;
}

int main(int count, char **words) {
    if (count < 9) { fprintf(stderr, "see the head of rtpload.c\n"); return 2; }
    int calls = atoi(words[6]), silent = 0;
    FILE *logs[SIDES];
    for (int side = 0; side < SIDES; side++) {
        sockets[side] = open_socket(words[1], atoi(words[2 + side]));
        open_socket(words[1], atoi(words[2 + side]) + 1); /* so that RTCP is not refused */
    }
    uint64_t patience = now() + WAIT_S * SECOND;
    for (int side = 0; side < SIDES; side++)
        while (!(logs[side] = fopen(words[4 + side], "r")))
            if (now() > patience) { fprintf(stderr, "no log\n"); return 1; } else usleep(50000);
    while (known[CALLERS] < calls || known[AGENTS] < calls) {
        for (int side = 0; side < SIDES; side++) { read_log(logs[side], side, calls); drain(side); }
        if (now() > patience) { fprintf(stderr, "not all calls were set up\n"); return 1; }
        usleep(20000);
    }
    uint64_t start = now() + 50 * MS, slowest = 0;
    begun_at = start + (uint64_t)(atof(words[8]) * SECOND);
    uint64_t end = begun_at + (uint64_t)(atof(words[7]) * SECOND);
    measuring = 1;
    for (uint64_t tick = 0, due; (due = start + tick * MS) < end; tick++) {
        listen_until(due);
        if (due > begun_at && now() - due > slowest) slowest = now() - due;
        for (int side = 0; side < SIDES; side++)
            for (int i = tick % SLOTS; i < known[side]; i += SLOTS) send_one(side, i);
    }
    listen_until(now() + SECOND / 2);
    for (int side = 0; side < SIDES; side++)
        for (int i = 0; i < known[side]; i++) silent += !streams[side][i].got;
    printf("{\"sent\":%lu,\"received\":%lu,\"late20_pct\":%.4f,\"late60_pct\":%.4f,"
           "\"worst_ms\":%.2f,\"silent_streams\":%d,\"generator_late_ms\":%.2f}\n",
           sent, received, received ? 100.0 * late20 / received : 0,
           received ? 100.0 * late60 / received : 0, worst / 1e6, silent, slowest / 1e6);
    return 0;
}
