Feature: Time in a client that follows the documentation of the SDK
  The documentation: clockSkew shifts the client's idea of now (0), clockTolerance is the difference of the clocks that is
  allowed (30 seconds), by code or by AUTH0_DPOP_CLOCK_SKEW and AUTH0_DPOP_CLOCK_TOLERANCE.

  Background:
    Given the client follows the documentation of the SDK

  @client @AUTH0-CLK-01
  Scenario Outline: The skew shifts the time of proofs
    Given the client's clockSkew is <seconds> seconds
    When the client obtains a token
    Then every proof was made at the time of its request

    Examples:
      | direction | seconds |
      | back      | -100    |
      | none      | 0       |
      | ahead     | 100     |

  @client @AUTH0-CLK-02
  Scenario Outline: A difference of the clocks within the tolerance is taken
    Given the client's clockTolerance is 20 seconds
    And the servers' clocks are <seconds> seconds ahead of the client's
    When the client signs in
    Then the client succeeds

    Examples:
      | servers | seconds |
      | ahead   | 18      |
      | behind  | -18     |

  @client @AUTH0-CLK-02
  Scenario Outline: At the very border of the tolerance a client in this process decides to the second
    Given the client runs in this process
    And the client's clockTolerance is 20 seconds
    And the servers' clocks are <seconds> seconds ahead of the client's
    When the client obtains a token
    Then <outcome>

    Examples:
      | servers | seconds | outcome                              |
      | ahead   | 19      | the client succeeds                  |
      | ahead   | 20      | the client succeeds                  |
      | behind  | -20     | the client succeeds                  |
      | ahead   | 21      | the client's error names both clocks |
      | behind  | -21     | the client's error names both clocks |

  @client @AUTH0-CLK-02
  Scenario Outline: A difference beyond the tolerance is an error that names both clocks
    Given the client's clockTolerance is 20 seconds
    And the servers' clocks are <seconds> seconds ahead of the client's
    When the client signs in
    Then the client reports an error
    And the client's error names both clocks

    Examples:
      | servers | seconds |
      | ahead   | 25      |
      | behind  | -25     |

  @client @AUTH0-CLK-03
  Scenario: Without any setting the skew is 0
    When the client obtains a token
    Then every proof was made at the time of its request

  @client @AUTH0-CLK-03
  Scenario Outline: Without any setting the tolerance is 30 seconds
    Given the client runs in this process
    And the servers' clocks are <seconds> seconds ahead of the client's
    When the client obtains a token
    Then <outcome>

    Examples:
      | seconds | outcome                              |
      | 30      | the client succeeds                  |
      | 31      | the client's error names both clocks |

  @client @AUTH0-CLK-03
  Scenario: The skew is taken from the environment
    Given the variable AUTH0_DPOP_CLOCK_SKEW is "100"
    When the client obtains a token
    Then every proof was made at the time of its request

  @client @AUTH0-CLK-03
  Scenario: The tolerance is taken from the environment
    Given the variable AUTH0_DPOP_CLOCK_TOLERANCE is "50"
    And the servers' clocks are 45 seconds ahead of the client's
    When the client signs in
    Then the client succeeds

  @client @AUTH0-CLK-03
  Scenario: A setting in code wins over the environment, each on its own
    Given the variable AUTH0_DPOP_CLOCK_TOLERANCE is "300"
    And the variable AUTH0_DPOP_CLOCK_SKEW is "300"
    And the client's clockSkew is 100 seconds
    When the client obtains a token
    Then every proof was made at the time of its request

  @client @AUTH0-CLK-04
  Scenario Outline: A tolerance beyond the advice is warned about
    Given the client's clockTolerance is <seconds> seconds
    When the client obtains a token
    Then the client's output warns of "<seconds>" and "30"

    Examples:
      | seconds |
      | 31      |
      | 60      |
      | 300     |

  @client @AUTH0-CLK-05
  Scenario Outline: A value that makes no sense is refused by name
    Given the variable <variable> is "<value>"
    When the client obtains a token
    Then the client reports an error
    And the client's error names "<variable>"

    Examples:
      | variable                   | value |
      | AUTH0_DPOP_CLOCK_SKEW      | abc   |
      | AUTH0_DPOP_CLOCK_SKEW      | 1e3   |
      | AUTH0_DPOP_CLOCK_SKEW      |       |
      | AUTH0_DPOP_CLOCK_SKEW      | 30s   |
      | AUTH0_DPOP_CLOCK_TOLERANCE | abc   |
      | AUTH0_DPOP_CLOCK_TOLERANCE | -5    |
      | AUTH0_DPOP_CLOCK_TOLERANCE | 30s   |

  @client @AUTH0-CLK-06
  Scenario: A drift of the clocks shows as an error about the clock
    Given the servers' clocks are 120 seconds ahead of the client's
    When the client obtains a token
    Then the client reports an error
    And the client's error speaks of the clock

  @client @AUTH0-CLK-06
  Scenario: The skew cures a drift of the clocks
    Given the servers' clocks are 120 seconds ahead of the client's
    And the client's clockSkew is 120 seconds
    When the client obtains a token
    Then the client succeeds

  @client @AUTH0-CLK-06
  Scenario: The tolerance cures a drift of the clocks
    Given the servers' clocks are 50 seconds ahead of the client's
    And the client's clockTolerance is 60 seconds
    When the client obtains a token
    Then the client succeeds
